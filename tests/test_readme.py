"""README's examples run as they stand, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def indented(after: str) -> str:
    """Return the indented block that follows a line of README."""
    block = README.split(after, 1)[1].lstrip("\n").split("\n\n")[0]
    return "\n".join(line.strip() for line in block.splitlines())


EXAMPLES = {
    "command line": ("bash", indented("**On the command line**\n")),
    "python": (sys.executable, re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]),
    "own folder": ("bash", re.findall(r"```sh\n(.*?)```", README, re.DOTALL)[0]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs_as_it_stands(name: str, tmp_path: Path) -> None:
    program, text = EXAMPLES[name]
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [program, *(["-e"] if program == "bash" else []), "-c", text]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=os.environ | {"PATH": path}, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_every_file_that_readme_links_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
