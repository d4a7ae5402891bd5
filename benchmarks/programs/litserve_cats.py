"""LitServe with the same classifier: python litserve_cats.py RUN; its address is the first line of stdout."""

import base64
import socket
import sys
from typing import Any

import litserve
from starlette.requests import Request


class Classify(litserve.LitAPI):  # type: ignore[misc]  # it is installed for this benchmark alone
    """Answers with what Catseye predicts, for a picture in base64, as LitServe reads no other bodies than JSON."""

    def setup(self, device: str) -> None:  # noqa: ARG002 (as LitServe calls it)
        """Load the classifier, in each worker."""
        from catseye.classifier.classifier import Classifier
        from catseye.serve.models import ServedModel, Source, warm_up

        self.classifier = Classifier.load(sys.argv[1])
        warm_up(ServedModel(Source("cats", "1", None), self.classifier))

    def decode_request(self, request: Request) -> bytes:
        """Return the picture's file; the annotation tells LitServe to hand over what the JSON says."""
        said: Any = request
        return base64.b64decode(said["picture"])

    def batch(self, inputs: Any) -> Any:
        """Collect the files."""
        return list(inputs)

    def predict(self, files: list[bytes]) -> list[dict[str, Any]]:
        """Decode the pictures of a batch in threads, and classify them together."""
        import numpy as np

        from catseye.classifier.alone import predict_alone
        from catseye.serve.service import preprocess_picture
        from catseye.system.threads import map_threads

        pixels = list(map_threads(lambda sent: preprocess_picture(self.classifier.preprocess, "", sent, 10**9), files))
        return [one.to_json() for one in predict_alone(self.classifier, np.stack(pixels), [""] * len(pixels))]

    def unbatch(self, output: Any) -> Any:
        """Give each its own."""
        return list(output)

    def encode_response(self, output: dict[str, Any]) -> dict[str, Any]:
        """Return JSON."""
        return output


if __name__ == "__main__":
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    api = Classify(max_batch_size=8, batch_timeout=0.005)
    litserve.LitServer(api, accelerator="cpu").run(
        host="127.0.0.1", port=port, generate_client_file=False, log_level="error"
    )
