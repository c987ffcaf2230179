@echo off
rem Double-click to search saved releases in the browser. The first time, this makes the environment.
rem A folder that is dragged onto this file is indexed.
chcp 65001 >nul
setlocal
cd /d "%~dp0"
set "PYTHONUTF8=1"
set "JSISA_INDEX=%USERPROFILE%\jsisa-search"
set "PYTHON=py -3"
where py >nul 2>nul || set "PYTHON=python"
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if errorlevel 1 goto no_python

if exist ".venv\Scripts\jsisa-search.exe" goto start
echo 正在安装，只需这一次，大约要一分钟……
%PYTHON% -m venv ".venv"
if errorlevel 1 goto failed
".venv\Scripts\python.exe" -m pip install --disable-pip-version-check ".[pdf,office,pinyin]"
if not errorlevel 1 goto start
echo 连接较慢，改用国内高校镜像再试一次……
".venv\Scripts\python.exe" -m pip install --disable-pip-version-check -i https://pypi.tuna.tsinghua.edu.cn/simple ".[pdf,office,pinyin]"
if errorlevel 1 goto failed

:start
echo 请不要关闭这个窗口；用完后关闭它即可。
".venv\Scripts\jsisa-search.exe" serve --index-dir "%JSISA_INDEX%" %*
if errorlevel 1 goto failed
goto end

:no_python
echo 需要 Python 3.11 或更高版本。请从 Microsoft Store 或 python.org 安装后，再双击本文件。
start "" "ms-windows-store://search/?query=Python%%203.13"
pause
exit /b 1

:failed
echo 没有成功。以上是原因；处理后请再双击本文件。
pause
exit /b 1

:end
endlocal
