#!/usr/bin/env bash
# Double-click (macOS), or run, to search saved releases in the browser. The first time, this makes the
# environment. Folders given as arguments are indexed.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
index="${JSISA_INDEX:-$HOME/jsisa-search}"

stop() {
  echo "$1" >&2
  [ -t 0 ] && read -r -p "按回车键关闭" _
  exit 1
}

python=
for candidate in python3.13 python3.12 python3.11 python3 python; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || stop "需要 Python 3.11 或更高版本。请从 python.org 安装后，再双击本文件。"

if [ ! -x .venv/bin/jsisa-search ]; then
  echo "正在安装，只需这一次，大约要一分钟……"
  "$python" -m venv .venv || stop "无法建立环境。以上是原因；处理后请再双击本文件。"
  install=(.venv/bin/python -m pip install --disable-pip-version-check)
  "${install[@]}" ".[pdf,office,pinyin]" ||
    "${install[@]}" -i https://pypi.tuna.tsinghua.edu.cn/simple ".[pdf,office,pinyin]" ||
    stop "没有装成。以上是原因；处理后请再双击本文件。"
fi
echo "请不要关闭这个窗口；用完后按 Ctrl+C 或关闭它。"
.venv/bin/jsisa-search serve --index-dir "$index" "$@" || stop "没有成功。以上是原因；处理后请再双击本文件。"
