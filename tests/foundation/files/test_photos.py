"""Photos: every kind of bad input made for real, uprightness in all eight ways, and nothing left but the picture."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin

from foundation.errors import Invalid
from foundation.files.photos import prepare_photo, thumbnail
from foundation.pdf import render_pdf
from foundation.translation import translate

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scene(width: int = 80, height: int = 60) -> Image.Image:
    """Red in the upper left corner, green in the upper right, blue below."""
    image = Image.new("RGB", (width, height), BLUE)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    return image


def noise(width: int = 400, height: int = 300) -> Image.Image:
    return Image.effect_noise((width, height), 60).convert("RGB")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(image: Image.Image, x: float, y: float, colour: tuple[int, int, int]) -> bool:
    found = image.getpixel((int(image.width * x), int(image.height * y)))
    assert isinstance(found, tuple)
    return all(abs(a - b) < 30 for a, b in zip(found, colour, strict=True))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds next to nothing."""
    size = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + size + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def refusal(data: bytes, **limits: int) -> Invalid:
    with pytest.raises(Invalid) as caught:
        prepare_photo(data, **limits)
    error = caught.value
    assert translate("zh-CN", error.text) != error.text, "the sentence has no Chinese"
    assert "{" not in error.message("zh-CN") + error.message("en")
    return error


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_good_photo_becomes_a_progressive_jpeg(kind: str) -> None:
    photo = prepare_photo(encode(scene(), kind))
    image = opened(photo.data)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (80, 60))
    assert (photo.width, photo.height) == (80, 60)
    assert image.info["progressive"]
    assert photo.sha256 == hashlib.sha256(photo.data).hexdigest()
    assert near(image, 0.2, 0.2, RED)
    assert near(image, 0.8, 0.2, GREEN)
    assert near(image, 0.5, 0.8, BLUE)


def test_the_same_photo_gives_the_same_bytes() -> None:
    data = encode(noise(), "JPEG")
    assert prepare_photo(data) == prepare_photo(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 3000), (1600, 1200)), ((900, 1800), (800, 1600)), ((1600, 9), (1600, 9))]
)
def test_the_longest_side_is_limited(size: tuple[int, int], kept: tuple[int, int], kind: str) -> None:
    photo = prepare_photo(encode(scene(*size), kind))
    assert (photo.width, photo.height) == kept == opened(photo.data).size


def test_a_thread_of_pixels_survives() -> None:
    photo = prepare_photo(encode(Image.new("RGB", (20_000, 1)), "PNG"))
    assert (photo.width, photo.height) == (1600, 1)


def test_a_thumbnail_is_small() -> None:
    photo = thumbnail(encode(scene(1600, 1200), "JPEG"))
    assert (photo.width, photo.height) == (400, 300)
    assert len(photo.data) < 20_000


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
def test_every_orientation_comes_out_upright(orientation: int, kind: str) -> None:
    turn = TURNS.get(orientation)
    stored = scene() if turn is None else scene().transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    photo = prepare_photo(encode(stored, kind, exif=exif))
    image = opened(photo.data)
    assert image.size == (photo.width, photo.height) == (80, 60)
    assert near(image, 0.2, 0.2, RED)
    assert near(image, 0.8, 0.2, GREEN)
    assert near(image, 0.2, 0.8, BLUE)
    assert ExifTags.Base.Orientation not in image.getexif()


def with_everything() -> bytes:
    """A JPEG with GPS, camera, owner's name, comment, XMP and colour profile."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif[ExifTags.Base.Artist] = "SecretName"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (28.0, 0.0, 36.0), 3: "E", 4: (120.0, 39.0, 0.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return encode(
        scene(),
        "JPEG",
        exif=exif,
        comment=b"SecretComment",
        icc_profile=profile,
        xmp=b"<x>SecretXmp</x>",
        dpi=(300, 300),
    )


def test_place_camera_name_and_comment_are_gone() -> None:
    before = with_everything()
    assert opened(before).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert before.count(b"Secret") == 4
    after = prepare_photo(before).data
    image = opened(after)
    assert not image.getexif()
    assert b"Secret" not in after
    assert not {"exif", "icc_profile", "comment", "xmp", "dpi"} & image.info.keys()


def test_texts_of_a_png_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "SecretName")
    texts.add_text("Comment", "SecretComment", zip=True)
    assert b"Secret" not in prepare_photo(encode(scene(), "PNG", pnginfo=texts)).data


def test_what_follows_the_picture_is_gone() -> None:
    assert b"Secret" not in prepare_photo(encode(scene(), "JPEG") + b"SecretTrailer" * 50).data


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(mode: str) -> None:
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    photo = prepare_photo(encode(image.convert(mode), "PNG", **({"transparency": 0} if mode == "P" else {})))
    assert near(opened(photo.data), 0.5, 0.5, WHITE)


@pytest.mark.parametrize(
    ("image", "grey"),
    [
        (Image.new("L", (20, 20), 128), 128),
        (Image.new("1", (20, 20), 1), 255),
        (Image.new("I;16", (20, 20), 0x8000), 128),
        (Image.new("P", (20, 20)), 0),
    ],
)
def test_pictures_of_every_depth(image: Image.Image, grey: int) -> None:
    assert near(opened(prepare_photo(encode(image, "PNG")).data), 0.5, 0.5, (grey, grey, grey))


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    photo = prepare_photo(encode(scene().convert("CMYK"), "JPEG", quality=95))
    image = opened(photo.data)
    assert image.mode == "RGB"
    assert near(image, 0.2, 0.2, RED)
    assert near(image, 0.5, 0.8, BLUE)


def test_a_jpeg_with_a_preview_inside_is_a_photo() -> None:
    data = encode(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))])
    assert opened(data).format == "MPO"
    assert near(opened(prepare_photo(data).data), 0.2, 0.2, RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, GREEN)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    assert refusal(data).code == "photo_animated"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script>",
        b"PK\x03\x04" + bytes(100),
        b"\x00\x00\x00\x1cftypavif" + bytes(100),
        b"RIFF\x10\x00\x00\x00WAVEfmt ",
        b"\xff\xd8",
        b"x",
        encode(scene(), "GIF"),
        encode(scene(), "BMP"),
        encode(scene(), "TIFF"),
    ],
    ids=["pdf", "svg", "html", "zip", "avif", "wave", "two-bytes", "one-byte", "gif", "bmp", "tiff"],
)
def test_what_is_no_photo_is_refused_by_its_content(data: bytes) -> None:
    assert refusal(data).code == "photo_type"


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_is_refused_with_the_way_out(brand: bytes) -> None:
    error = refusal(b"\x00\x00\x00\x24ftyp" + brand + bytes(200))
    assert error.code == "photo_type"
    assert "HEIC" in error.message("en")
    assert "HEIC" in error.message("zh-CN")


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").code == "photo_empty"


def test_too_many_bytes_are_refused() -> None:
    error = refusal(encode(scene(), "JPEG") + bytes(12 * 1024 * 1024))
    assert error.code == "photo_too_large"
    assert "12 MB" in error.message("zh-CN")


@pytest.mark.parametrize(
    "size", [(8000, 5000), (20_000, 4000), (12_000, 10_000), (30_000, 30_000), (0x7FFFFFFF, 0x7FFFFFFF)]
)
def test_a_bomb_is_refused_by_its_header_before_decoding(size: tuple[int, int]) -> None:
    error = refusal(png_header(*size))  # decoding would say photo_broken
    assert error.code == "photo_too_large"
    assert "40 megapixels" in error.message("en")
    assert "40 百万" in error.message("zh-CN")


def test_a_real_photo_of_forty_megapixels_is_refused_and_one_below_is_not() -> None:
    assert refusal(encode(Image.new("1", (8000, 5000)), "PNG")).code == "photo_too_large"
    assert prepare_photo(encode(Image.new("1", (7999, 5000)), "PNG")).width == 1600


def test_a_text_bomb_in_a_png_is_refused() -> None:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000)))
    data = encode(scene(), "PNG")
    assert refusal(data[:33] + text + data[33:]).code == "photo_broken"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_photo_is_refused(kind: str, share: float) -> None:
    data = encode(noise(), kind)
    assert refusal(data[: int(len(data) * share)]).code == "photo_broken"


def test_a_truncated_photo_is_refused_after_a_pdf_was_made_too() -> None:
    render_pdf("<p>1</p>")
    test_a_truncated_photo_is_refused("JPEG", 0.5)


@pytest.mark.parametrize("missing", [1, 2, 3, 100])
def test_a_jpeg_that_lacks_its_last_bytes_is_refused(missing: int) -> None:
    assert refusal(encode(noise(), "JPEG")[:-missing]).code == "photo_broken"


@pytest.mark.parametrize("head", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBPVP8 "])
def test_a_good_beginning_with_rubbish_behind_is_refused(head: bytes) -> None:
    assert refusal(head).code == "photo_broken"
    assert refusal(head + bytes(range(256)) * 8).code == "photo_broken"


def test_a_damaged_byte_in_a_png_is_refused() -> None:
    data = bytearray(encode(noise(), "PNG"))
    data[len(data) // 2] ^= 0xFF
    assert refusal(bytes(data)).code == "photo_broken"
