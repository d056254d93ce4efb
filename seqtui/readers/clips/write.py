"""Made frames as files: GIF through Pillow, MP4 through PyAV (extra `video`), or the bare numbers as .npy."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seqtui.errors import BadInput, MissingExtra, Usage
from seqtui.readers.clips.files import EXTRA
from seqtui.shapes import Pictures

SUFFIXES: Final = (".gif", ".mp4", ".npy")
SIDE: Final = 192  # pixels that a small picture is enlarged to, by whole numbers, so that it can be seen

Frames = NDArray[np.uint8]


def write_clips(clips: Sequence[Frames], shape: Pictures, path: Path, *, rate: float) -> tuple[Path, ...]:
    """One file a clip, (frames, pixels) each, numbered where there are more: the paths. rate: frames a second.

    MissingExtra where what writes them is not installed, BadInput where the disk refuses.
    """
    suffix = path.suffix.lower()
    writers: dict[str, Callable[[Frames, float], bytes]] = {".gif": gif_bytes, ".mp4": mp4_bytes}
    paths = [path] if len(clips) == 1 else [path.with_stem(f"{path.stem}-{n}") for n in range(1, len(clips) + 1)]
    for target, clip in zip(paths, clips, strict=True):
        planes = clip.reshape(-1, shape.height, shape.width, shape.channels)
        if suffix in writers:
            data = writers[suffix](enlarged(planes), rate)
        elif suffix == ".npy":
            buffer = io.BytesIO()
            np.save(buffer, planes[..., 0] if shape.channels == 1 else planes, allow_pickle=False)
            data = buffer.getvalue()
        else:
            raise Usage(f"cannot write {path.name}: give a file that ends in {', '.join(SUFFIXES)}")
        try:
            target.write_bytes(data)
        except OSError as error:
            raise BadInput(f"{target} cannot be written: {error.strerror or error}") from error
    return tuple(paths)


def enlarged(planes: Frames) -> Frames:
    """(frames, height, width, channels) a whole number of times larger, about SIDE pixels, an even number of them."""
    times = max(SIDE // max(planes.shape[1:3]), 1)
    large = planes.repeat(times, 1).repeat(times, 2)
    odd = [(0, side % 2) for side in large.shape[1:3]]
    return np.pad(large, [(0, 0), *odd, (0, 0)], mode="edge")


def gif_bytes(planes: Frames, rate: float) -> bytes:
    """A GIF that plays for ever; its times are in hundredths of a second, two at least."""
    pillow = _pillow()
    pictures = [pillow.fromarray(np.ascontiguousarray(each[..., 0] if each.shape[2] == 1 else each)) for each in planes]
    buffer = io.BytesIO()
    duration = max(round(100 / rate), 2) * 10
    pictures[0].save(
        buffer, "GIF", save_all=True, append_images=pictures[1:], duration=duration, loop=0, optimize=False
    )
    return buffer.getvalue()


def mp4_bytes(planes: Frames, rate: float) -> bytes:
    """H.264 in MP4, or MPEG-4 where the library was built without it; four colors' samples share one hue."""
    try:
        import av
    except ImportError as error:
        raise MissingExtra(f"MP4 files {EXTRA}") from error
    from fractions import Fraction

    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream: Any = container.add_stream(codec, rate=Fraction(rate).limit_denominator(1000))
        stream.height, stream.width = planes.shape[1:3]
        stream.pix_fmt, stream.thread_count = "yuv420p", 1
        if codec == "libx264":
            stream.options = {"crf": "18"}
        for each in planes:
            colored = np.ascontiguousarray(each.repeat(3, 2) if each.shape[2] == 1 else each)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(colored, format="rgb24")))
        container.mux(stream.encode())
    return buffer.getvalue()


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtra(f"GIF files {EXTRA}") from error
    return Image
