"""Files to upload, made when they are asked for: good ones of each format, and hostile ones."""

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, TiffImagePlugin

PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
GPS_TAG, LATITUDE_REF = 0x8825, 1
# What every hostile file carries, so that it can be found again wherever it went.
MARK = b"canary-of-the-upload"


def picture(saved_as: str = "PNG", size: tuple[int, int] = (120, 60), mode: str = "RGB", **options: Any) -> bytes:
    """A still picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, size, "#0a5c68" if mode != "P" else 3).save(target, saved_as, **options)
    return target.getvalue()


def noise(size: tuple[int, int] = (400, 300), saved_as: str = "PNG") -> bytes:
    """A picture that nothing makes small."""
    target = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(target, saved_as)
    return target.getvalue()


def with_gps(saved_as: str = "JPEG", orientation: int = 6) -> bytes:
    """A photograph that tells where it was taken, lies on its side and carries comments."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = MARK.decode()
    exif[GPS_TAG] = {LATITUDE_REF: "N", 2: tuple(TiffImagePlugin.IFDRational(n) for n in (49, 36, 1))}
    options: dict[str, Any] = {"exif": exif.tobytes()}
    if saved_as == "JPEG":
        options["comment"] = MARK
    if saved_as in {"JPEG", "PNG", "WEBP"}:
        options["icc_profile"] = b"icc " + MARK * 8
    return picture(saved_as, **options)


def animated(saved_as: str = "PNG", frames: int = 3) -> bytes:
    """A picture that moves."""
    target = io.BytesIO()
    shown = [Image.new("RGB", (40, 40), (n * 40 % 255, 90, 90)) for n in range(frames)]
    shown[0].save(target, saved_as, save_all=True, append_images=shown[1:], duration=40, loop=0)
    return target.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of 20,000 times 20,000 pixels in 230 kB, as it would really decode."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(1)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(packer.compress(row * 500) for _ in range(height // 500)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def lying_png() -> bytes:
    """A PNG whose header says 10 by 10 and whose text unpacks to 20 MB."""
    good = picture(size=(10, 10))
    text = zlib.compress(b"\0" * 20_000_000, 1)
    return good[:33] + chunk(b"zTXt", b"Comment\0\0" + text) + good[33:]


def huge_webp() -> bytes:
    """The header of a WebP of 16,384 times 16,384 pixels."""
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (16_383).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def upload(content: bytes, name: str = "logo.png", content_type: str = "image/png") -> SimpleUploadedFile:
    """An upload as a form hands it over."""
    return SimpleUploadedFile(name, content, content_type)


HTML = b"<!doctype html><html><body><script>alert('" + MARK + b"')</script></body></html>"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(\''
    + MARK
    + b"')</script><foreignObject><body/></foreignObject><image href='http://127.0.0.1:9/x'/>"
    + b"<style>@import url(http://127.0.0.1:9/y);</style></svg>"
)
# By what it is: every one of these is refused whatever it is called and whatever type is sent with it.
HOSTILE = {
    "html": HTML,
    "html with a byte order mark": b"\xef\xbb\xbf" + HTML,
    "html in utf-16": HTML.decode().encode("utf-16"),
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>' + MARK + b"</script></html>",
    "svg": SVG,
    "svg without a declaration": SVG.partition(b"?>")[2],
    "svg, packed": zlib.compress(SVG),
    "xml with a stylesheet": b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="x.xsl"?><a>'
    + MARK
    + b"</a>",
    "xml that unfolds": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;' + MARK + b"</a>",
    "swf": b"CWS\x0a" + MARK * 9,
    "script": b"#!/bin/sh\necho " + MARK,
    "javascript": b"alert('" + MARK + b"')//",
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;" + MARK,
    "gif and javascript": b"GIF89a/*" + MARK + b"*/=1;alert(1)",
    "bmp and javascript": b"BM/*" + MARK + b"*/=1;alert(1)",
    "zip": b"PK\x03\x04" + MARK * 20,
    "executable": b"MZ" + MARK * 20,
    "ico": b"\x00\x00\x01\x00\x01\x00\x10\x10" + MARK * 4,
    "tiff": b"II*\x00" + MARK * 4,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%EOF " + MARK,
    "pdf behind something": MARK + b"\n" + PDF,
    "pdf with a page in front": b"%PDF-1.4\n<html><script>" + MARK + b"</script></html>\n%%EOF",
    "pdf with an archive behind": PDF + b"PK\x03\x04" + MARK + b"PK\x05\x06" + bytes(18),
    "pdf and archive at once": PDF.replace(b"%%EOF\n", b"PK\x05\x06" + bytes(18) + MARK + b"%%EOF\n"),
    "half a pdf": PDF[:-20],
    "half a png": noise()[:2000],
    "png by its first bytes": b"\x89PNG\r\n\x1a\n" + HTML,
    "jpeg by its first bytes": b"\xff\xd8\xff\xe0" + HTML,
    "webp by its first bytes": b"RIFF\x10\x00\x00\x00WEBPVP8L" + HTML,
    "nothing": b"",
    "zeros": bytes(2000),
    "png that moves": animated("PNG"),
    "webp that moves": animated("WEBP"),
    "png of 20,000 by 20,000": huge_png(),
    "png that unpacks to 20 MB": lying_png(),
    "webp of 16,384 by 16,384": huge_webp(),
}
# Pictures that are whole and carry something: taken, and drawn anew without it.
CARRYING = {
    "png with a page behind": picture() + HTML,
    "jpeg with a page behind": picture("JPEG") + HTML,
    "jpeg with a script in a comment": picture("JPEG", comment=b"<script>" + MARK + b"</script>"),
    "jpeg with its place": with_gps("JPEG"),
    "png with its place": with_gps("PNG"),
    "webp with its place": with_gps("WEBP"),
    "png with an archive behind": picture() + b"PK\x03\x04" + MARK + b"PK\x05\x06" + bytes(18),
}
NAMES = (
    "../../../etc/passwd.png",
    "..\\..\\windows\\system32\\a.png",
    "/etc/cron.d/x.png",
    "\\\\server\\share\\x.png",
    "C:\\autoexec.png",
    "%2e%2e%2fx.png",
    "....//x.png",
    "con.txt",
    "NUL",
    "lpt1.png",
    "aux.tar.gz",
    ".htaccess",
    ".",
    "..",
    "",
    " ",
    "a\x00.png",
    "a\r\nSet-Cookie: a=b.png",
    "a\r\nContent-Type: text/html\r\n\r\n<script>.png",
    'a";filename="b.html',
    "a'b.png",
    "<img src=x onerror=alert(1)>.png",
    "‮gnp.exe",
    "a​b⁦c.png",
    "x" * 5000 + ".png",
    "é" * 5000,
    "名前.png",
    "a\ud800.png",
    "`touch x`;$(id).png",
    "x.php.png",
    "x.png.html",
    "=cmd|' /C calc'!A0.png",
)
