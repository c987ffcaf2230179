"""Start a real OpenSearch cluster on this machine, out of Maven artifacts.

python -m tests.cluster.local_cluster start FOLDER [--nodes 1|3]   prints the address when it answers
python -m tests.cluster.local_cluster stop FOLDER

One node, or two data nodes and a small third one that only votes for a manager, all on 127.0.0.1. 2.19.6
needs Java 17, 3.6.0 Java 21 or later: OPENSEARCH_VERSION and OPENSEARCH_JAVA_HOME choose.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

VERSION = os.environ.get("OPENSEARCH_VERSION", "2.19.6")
_MAVEN = Path(os.environ.get("MAVEN_REPOSITORY", Path.home() / ".m2" / "repository"))
_START_SECONDS = 600.0
_NOBODY = 65534

# 2.19.6 comes without these modules, which every distribution for users has; 3.6.0 has them.
_PAINLESS_JARS = (
    "org.antlr:antlr4-runtime:4.13.1",
    "org.ow2.asm:asm:9.7",
    "org.ow2.asm:asm-util:9.7",
    "org.ow2.asm:asm-tree:9.7",
    "org.ow2.asm:asm-commons:9.7",
    "org.ow2.asm:asm-analysis:9.7",
    f"org.opensearch.plugin:opensearch-scripting-painless-spi:{VERSION}",
)
_MODULES = (
    ("lang-painless", "org.opensearch.painless.PainlessPlugin", ""),
    ("analysis-common", "org.opensearch.analysis.common.CommonAnalysisPlugin", "lang-painless"),
)
_DESCRIPTOR = """\
description={name}
version={version}
name={name}
classname={main}
java.version=11
opensearch.version={version}
custom.foldername=
extended.plugins={extended}
has.native.controller=false
"""
_POLICY = """\
grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
"""


class ClusterFailure(RuntimeError):
    """A cluster could not be installed or started."""


@dataclass(frozen=True)
class Node:
    """A node: its number from 1 on, its folder and ports, and whether it only votes."""

    number: int
    folder: Path
    http: int
    transport: int
    only_votes: bool


class LocalCluster:
    """A cluster whose files are in `folder`, which other users must be able to reach.

    So many requests may wait to be written to a node: hardly any, so that tests meet one that has had enough.
    `index_buffer` is the part of the heap for what is not written yet, as OpenSearch has it.
    """

    def __init__(
        self,
        folder: Path,
        nodes: int = 1,
        heap: str = "512m",
        *,
        write_queue: int = 1,
        index_buffer: str = "10%",
    ) -> None:
        self.folder = folder
        self.write_queue = write_queue
        self.index_buffer = index_buffer
        self.heap = heap
        ports = _free_ports(2 * nodes)
        self.nodes = [
            Node(number, folder / f"node{number}", *ports[2 * number - 2 : 2 * number], number == 3)
            for number in range(1, nodes + 1)
        ]
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def hosts(self) -> list[str]:
        """The HTTP addresses of the nodes with data."""
        return [f"127.0.0.1:{node.http}" for node in self.nodes if not node.only_votes]

    def start(self) -> None:
        """Install what is missing, start all nodes, and wait until they have found each other."""
        home = install(self.folder)
        (self.folder / "snapshots").mkdir(exist_ok=True)
        if os.geteuid() == 0:
            _give_away(self.folder / "snapshots")
        for node in self.nodes:
            self._configure(node, home)
            self.up(node.number)
        self.wait_for(len(self.nodes))

    def up(self, number: int, version: str = VERSION, java: str | None = None) -> None:
        """Start one node, of another version than the others if one is given, which was installed before."""
        node = self.nodes[number - 1]
        heap = "192m" if node.only_votes else self.heap
        environment = dict(os.environ) | {
            "OPENSEARCH_PATH_CONF": str(node.folder / "config"),
            "OPENSEARCH_TMPDIR": str(node.folder / "tmp"),
            "OPENSEARCH_JAVA_HOME": java or _java_home(),
            "OPENSEARCH_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
            "HOME": str(node.folder),
        }
        environment.pop("JAVA_HOME", None)
        command = [str(_home(self.folder, version) / "bin" / "opensearch")]
        if os.geteuid() == 0:  # it refuses to run as root
            _give_away(node.folder)
            command = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *command]
        with (node.folder / "logs" / "output").open("ab") as output:
            self._processes[number] = subprocess.Popen(
                command,
                cwd=node.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        (node.folder / "pid").write_text(str(self._processes[number].pid))

    def kill(self, number: int) -> None:
        """End a node at once, as a power cut would."""
        process = self._processes.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End all nodes."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def end(self, number: int) -> None:
        """End a node in order."""
        process = self._processes.pop(number)
        process.terminate()
        process.wait(60)

    def configure(self, number: int, version: str) -> None:
        """Configure a node for another version, whose options of Java differ."""
        self._configure(self.nodes[number - 1], _home(self.folder, version))

    def wait_for(
        self,
        count: int,
        *,
        status: str | None = None,
        asked: int | None = None,
        seconds: float = _START_SECONDS,
    ) -> None:
        """Wait until the cluster has `count` nodes, and a `status` such as green if one is wanted.

        Any node with data is asked, or one alone.
        """
        hosts = self.hosts if asked is None else [f"127.0.0.1:{self.nodes[asked - 1].http}"]
        end = time.monotonic() + seconds
        wanted = f"&wait_for_status={status}" if status else ""
        while time.monotonic() < end:
            for number, process in self._processes.items():
                if process.poll() is not None:
                    raise ClusterFailure(f"node {number} ended:\n{self._tail(number)}")
            for host in hosts:
                answer = _get(f"http://{host}/_cluster/health?wait_for_nodes={count}&timeout=1s{wanted}")
                if answer.get("timed_out") is False:
                    return
            time.sleep(0.3)
        logs = "\n".join(self._tail(number) for number in self._processes)
        raise ClusterFailure(f"no cluster of {count} nodes within {seconds:.0f} s:\n{logs}")

    def _tail(self, number: int) -> str:
        output = (self.nodes[number - 1].folder / "logs" / "output").read_text(errors="replace")
        return output[-3000:]

    def _configure(self, node: Node, home: Path) -> None:
        for name in ("config", "data", "logs", "tmp"):
            (node.folder / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(home / "config" / "log4j2.properties", node.folder / "config")
        lines = (home / "config" / "jvm.options").read_text().splitlines()
        kept = [line for line in lines if "gc.log" not in line and not line.startswith(("-Xms", "-Xmx"))]
        options = "\n".join(kept).replace("logs/hs_err", f"{node.folder}/logs/hs_err") + "\n"
        (node.folder / "config" / "jvm.options").write_text(options)
        roles = "cluster_manager" if node.only_votes else "cluster_manager, data, ingest"
        seeds = ", ".join(f'"127.0.0.1:{each.transport}"' for each in self.nodes)
        names = ", ".join(f"n{each.number}" for each in self.nodes)
        (node.folder / "config" / "opensearch.yml").write_text(
            f"cluster.name: jsisa-test-{self.nodes[0].http}\n"
            f"node.name: n{node.number}\n"
            f"node.roles: [{roles}]\n"
            f"path.data: {node.folder}/data\n"
            f"path.logs: {node.folder}/logs\n"
            "network.host: 127.0.0.1\n"
            f"http.port: {node.http}\n"
            f"transport.port: {node.transport}\n"
            f"discovery.seed_hosts: [{seeds}]\n"
            f"cluster.initial_cluster_manager_nodes: [{names}]\n"
            "cluster.routing.allocation.disk.threshold_enabled: false\n"
            "action.auto_create_index: false\n"
            f"thread_pool.write.queue_size: {self.write_queue}\n"
            f"indices.memory.index_buffer_size: {self.index_buffer}\n"
            f"path.repo: [{self.folder}/snapshots]\n"
        )


def install(folder: Path, version: str = VERSION) -> Path:
    """Unpack OpenSearch below `folder`, unless it is there, and return where it is."""
    home = _home(folder, version)
    if home.is_dir():
        return home
    unpacked = folder / f"unpack-{os.getpid()}"
    made = unpacked / home.name
    with zipfile.ZipFile(
        _artifact("org.opensearch.distribution.integ-test-zip:opensearch", "zip", version)
    ) as archive:
        archive.extractall(unpacked)
    for script in (made / "bin").iterdir():
        script.chmod(0o755)
    for name in ("logs", "plugins", "config/jvm.options.d"):
        (made / name).mkdir(parents=True, exist_ok=True)
    if not (made / "modules" / "analysis-common").is_dir():
        for name, main, extended in _MODULES:
            _add_module(made / "modules" / name, name, main, extended)
    made.rename(home)
    unpacked.rmdir()
    for path in (home, *home.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    return home


def _home(folder: Path, version: str = VERSION) -> Path:
    return folder / f"opensearch-{version}"


def _add_module(folder: Path, name: str, main: str, extended: str) -> None:
    folder.mkdir()
    shutil.copy(_artifact(f"org.opensearch.plugin:{name}", "jar"), folder)
    if name == "lang-painless":
        for jar in _PAINLESS_JARS:
            shutil.copy(_artifact(*jar.rsplit(":", 1)[:1], "jar", version=jar.rsplit(":", 1)[1]), folder)
        (folder / "plugin-security.policy").write_text(_POLICY)
    text = _DESCRIPTOR.format(name=name, version=VERSION, main=main, extended=extended)
    (folder / "plugin-descriptor.properties").write_text(text)


def _artifact(name: str, kind: str, version: str = VERSION) -> Path:
    """Return the file of a Maven artifact (`group:name`), fetched unless it is in the local repository."""
    group, _, artifact = name.partition(":")
    path = _MAVEN.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.{kind}")
    if not path.is_file():
        wanted = f"-Dartifact={group}:{artifact}:{version}:{kind}"
        command = ["mvn", "-q", "-B", "dependency:get", "-Dtransitive=false", wanted]
        found = subprocess.run(command, capture_output=True, text=True)
        if found.returncode or not path.is_file():
            raise ClusterFailure(f"Maven can't get {name}:{version}:\n{found.stdout}{found.stderr}")
    return path


def _java_home() -> str:
    if chosen := os.environ.get("OPENSEARCH_JAVA_HOME"):
        return chosen
    if java := shutil.which("java"):
        return str(Path(java).resolve().parent.parent)
    raise ClusterFailure("no Java found; set OPENSEARCH_JAVA_HOME")


def _give_away(folder: Path) -> None:
    """Make a node's folder belong to the user that it runs as."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _get(url: str) -> dict[str, object]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            found: dict[str, object] = json.load(answer)
            return found
    except (OSError, ValueError):
        return {}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=("start", "stop"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--nodes", type=int, choices=(1, 3), default=1)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    if arguments.command == "start":
        cluster = LocalCluster(folder, arguments.nodes)
        cluster.start()
        print(f"opensearch://{','.join(cluster.hosts)}")
        return
    pids = {file: int(file.read_text()) for file in folder.glob("node*/pid")}
    for kind, seconds in ((signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0)):
        for pid in pids.values():
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
        end = time.monotonic() + seconds
        while any(_is_running(pid) for pid in pids.values()) and time.monotonic() < end:
            time.sleep(0.1)
    for file in pids:
        file.unlink()


if __name__ == "__main__":
    sys.exit(main())
