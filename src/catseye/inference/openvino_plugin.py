"""OpenVINO's plugin for the processor: whether it can be used, and what it compiles."""

from __future__ import annotations

import os
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    import numpy.typing as npt

T = TypeVar("T")

_CAPABILITIES = "OPTIMIZATION_CAPABILITIES"
# Of Linux's lines on a processor, those that do not change while it runs, on x86 and ARM.
_LASTING = ("model name", "flags", "CPU implementer", "CPU part", "CPU revision", "Features")

_CONVERTER = "openvino.tools.ovc"

_loaded_in: set[int] = set()  # processes, this one or those that it was forked from


def is_usable() -> bool:
    """Say whether OpenVINO is installed and its threads run in this process.

    A forked child has none of the threads of its parent's OpenVINO, and would wait for them for ever.
    """
    return find_spec("openvino") is not None and _loaded_in <= {os.getpid()}


@contextmanager
def without_converter() -> Iterator[None]:
    """Leave out OpenVINO's converter of other programs' models where OpenVINO is loaded while the block runs.

    It takes as long to load as the rest of OpenVINO, and sends statistics to its maker when it is used. Only for a
    process that is ours alone: others may look for ``openvino.convert_model``.
    """
    if "openvino" not in sys.modules:
        sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]  # to Python, it is not installed
    try:
        yield
    finally:
        _permit_converter()


def load_converter() -> Callable[..., Any]:
    """Return OpenVINO's function that converts a network of PyTorch's."""
    _permit_converter()
    from openvino.tools.ovc import convert_model

    convert: Callable[..., Any] = convert_model
    return convert


def _permit_converter() -> None:
    if sys.modules.get(_CONVERTER, sys) is None:
        del sys.modules[_CONVERTER]


def forget_loading() -> None:
    """Take OpenVINO for unloaded: in a forked child, of whose parent nothing is left that has threads."""
    _loaded_in.clear()


def apart(function: Callable[[], T]) -> T:
    """Return what a function does in a thread that ends with it.

    The processor's plugin gives the thread that loads it a stack on which to handle signals, and frees that stack with
    itself. If that were the main thread, and another one the last to let go of the plugin, a later Ctrl+C would end the
    process with a segmentation fault. And the threads that OpenVINO keeps for later can only be ended when no thread
    that has compiled anything is left.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()


def end_threads() -> None:
    """End the threads that OpenVINO keeps for later, once nothing compiled is left; it starts new ones when needed.

    A forked child would try to end them when it ends itself, and would be aborted for it.
    """
    if os.getpid() in _loaded_in:
        import openvino

        apart(lambda: openvino.Core().set_property({"FORCE_TBB_TERMINATE": True}))


def load_core() -> Any:
    """Return an OpenVINO core with the processor's plugin."""
    return apart(_load_plugin)


def compile_model(graph: Any, settings: dict[str, Any]) -> Any:
    """Return a graph, compiled for the processor."""
    core = load_core()
    return apart(lambda: core.compile_model(graph, "CPU", settings))


def export_model(model: Any) -> bytes:
    """Return a compiled model in the form that :func:`import_model` reads."""
    return apart(lambda: bytes(model.export_model().getvalue()))


def import_model(engine: npt.NDArray[np.uint8], settings: dict[str, Any]) -> Any:
    """Return what was compiled and exported before; its weights lie in ``engine``, which must live as long.

    Raises
    ------
    RuntimeError
        Another build of OpenVINO made it.
    """
    import openvino

    core = load_core()
    return apart(lambda: core.import_model(openvino.Tensor(engine, shared_memory=True), "CPU", settings))


def _load_plugin() -> Any:
    import openvino

    core = openvino.Core()
    core.get_property("CPU", _CAPABILITIES)
    _loaded_in.add(os.getpid())
    return core


def processor_name() -> str:
    """Return which processor this is and what it can do, as the system says, and what OpenVINO may use of it.

    OpenVINO knows as well, but would have to be loaded for it.
    """
    return f"{_processor()} {os.environ.get('ONEDNN_MAX_CPU_ISA', '')}"


@cache
def _processor() -> str:
    try:
        first, *_ = Path("/proc/cpuinfo").read_text().split("\n\n")
    except (OSError, ValueError):  # not Linux
        return f"{platform.machine()} {platform.processor()}"
    lines = (line.partition(":") for line in first.splitlines())
    return "; ".join(f"{name.strip()} {value.strip()}" for name, _, value in lines if name.strip() in _LASTING)


@cache
def multiplies_bf16() -> bool:
    """Return whether OpenVINO multiplies bf16 on this processor.

    A processor that is able to may have been told not to, by ``ONEDNN_MAX_CPU_ISA``. OpenVINO's list of capabilities
    does not know of that; compiling a layer, which takes 0.05 s, shows it.

    Raises
    ------
    ImportError
        OpenVINO is not installed.
    """
    import numpy as np
    import openvino
    from openvino import opset15 as ops

    core = load_core()
    if "BF16" not in core.get_property("CPU", _CAPABILITIES):
        return False
    values = ops.parameter([1, 16, 8, 8], np.float32)
    weights = ops.constant(np.ones((16, 16, 3, 3), np.float32))
    layer = ops.convolution(values, weights, [1, 1], [0, 0], [0, 0], [1, 1])
    try:
        compile_model(openvino.Model([layer], [values]), {"INFERENCE_PRECISION_HINT": "bf16"})
    except RuntimeError:
        return False
    return True
