"""A hub on loopback with the few routes that push and pull need, as huggingface.co answers them."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "hf_secretsecretsecretsecret"


@dataclass
class FakeHub:
    """The contents and settings of the hub.

    Attributes
    ----------
    repositories : dict
        By name, the contents of files by name.
    private : dict
        By name, whether the repository is private.
    blobs : dict
        What was uploaded, by SHA-256.
    states : dict
        What the hub claims of a file, where that is to be wrong: ``{"size": 3}``.
    asked : list of str
        Method and path of every request.
    """

    repositories: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: dict[str, bool] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    states: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def commit(self, name: str) -> str:
        """Return the hash of the newest commit."""
        held = self.repositories[name]
        return sha1(repr(sorted(held.items())).encode()).hexdigest()

    def info(self, name: str) -> dict[str, Any]:
        """Return the hub's information on a repository and its files."""
        siblings = []
        for file, content in self.repositories[name].items():
            lfs = {"sha256": sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
            stated = {"rfilename": file, "size": len(content), "blobId": "b", "lfs": lfs}
            stated |= self.states if file.endswith(".safetensors") else {}
            siblings.append(stated)
        return {
            "id": name,
            "sha": self.commit(name),
            "siblings": siblings,
            "tags": [],
            "private": self.private.get(name),
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, hub: FakeHub, *connection: Any) -> None:
        self.hub = hub
        super().__init__(*connection)

    def do_GET(self) -> None:
        self._answer(b"")

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_PUT(self) -> None:
        self.do_POST()

    def _answer(self, content: bytes) -> None:
        path = self.path.partition("?")[0]
        self.hub.asked.append(f"{self.command} {path}")
        if self.headers.get("Authorization") not in (None, f"Bearer {TOKEN}") and "/upload/" not in path:
            return self._send(401, {"error": "Invalid username or password."})
        if path == "/api/validate-yaml":
            return self._send(200, {"errors": [], "warnings": []})
        if self.command in ("POST", "PUT") and "Authorization" not in self.headers and "/upload/" not in path:
            return self._send(401, {"error": "Invalid username or password."})
        if path == "/api/repos/create":
            return self._create(json.loads(content))
        if upload := re.fullmatch(r"/upload/(\w+)", path):
            self.hub.blobs[upload[1]] = content
            return self._send(200, {})
        found = re.match(r"/(?:api/models/)?([\w.-]+/[\w.-]+?)(?:\.git)?(?:/(.*))?$", path)
        if not found or found[1] not in self.hub.repositories:
            return self._send(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
        return self._of_repository(found[1], found[2] or "", content)

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked['organization']}/{asked['name']}" if asked.get("organization") else asked["name"]
        status = 409 if name in self.hub.repositories else 200
        self.hub.repositories.setdefault(name, {})
        self.hub.private.setdefault(name, asked.get("visibility") == "private" or bool(asked.get("private")))
        self._send(status, {"url": f"{self.hub.address}/{name}", "error": "You already created this model repo"})

    def _of_repository(self, name: str, rest: str, content: bytes) -> None:
        if rest.startswith("preupload/"):
            files = [{"path": file["path"], "uploadMode": _mode(file["path"])} for file in json.loads(content)["files"]]
            return self._send(200, {"files": [{**file, "shouldIgnore": False} for file in files]})
        if rest == "info/lfs/objects/batch":
            objects = json.loads(content)["objects"]
            actions = [
                {**one, "actions": {"upload": {"href": f"{self.hub.address}/upload/{one['oid']}"}}} for one in objects
            ]
            return self._send(200, {"transfer": "basic", "objects": actions}, kind="application/vnd.git-lfs+json")
        if rest.startswith("commit/"):
            return self._commit(name, [json.loads(line) for line in content.splitlines()])
        if rest.startswith("resolve/"):
            return self._resolve(name, rest.split("/", 2)[2])
        if rest and rest not in ("revision/main", f"revision/{self.hub.commit(name)}"):
            return self._send(404, {"error": "Invalid rev id"}, {"X-Error-Code": "RevisionNotFound"})
        return self._send(200, self.hub.info(name))

    def _commit(self, name: str, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                self.hub.repositories[name][value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                self.hub.repositories[name][value["path"]] = self.hub.blobs[value["oid"]]
        oid = self.hub.commit(name)
        self._send(200, {"success": True, "commitOid": oid, "commitUrl": f"{self.hub.address}/{name}/commit/{oid}"})

    def _resolve(self, name: str, file: str) -> None:
        content = self.hub.repositories[name].get(file)
        if content is None:
            return self._send(404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound"})
        headers = {"ETag": f'"{sha256(content).hexdigest()}"', "X-Repo-Commit": self.hub.commit(name)}
        return self._send(200, content, headers, "application/octet-stream")

    def _send(
        self, status: int, value: Any, headers: dict[str, str] | None = None, kind: str = "application/json"
    ) -> None:
        content = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for header, text in {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(header, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Do not log requests."""


def _mode(path: str) -> str:
    return "lfs" if path.endswith(".safetensors") else "regular"


def run_fake_hub() -> Iterator[FakeHub]:
    """Yield a hub that runs until it is no longer needed."""
    hub = FakeHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, hub))
    hub.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield hub
    server.shutdown()
    server.server_close()
