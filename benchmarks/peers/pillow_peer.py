"""Pillow as it is usually written for this work. Usage: pillow_peer.py COUNT FILE"""
import io
import sys

from PIL import Image, ImageOps

count, path = int(sys.argv[1]), sys.argv[2]
for _ in range(count):
    with Image.open(path) as source:
        # thumbnail() first: it lets the JPEG decoder scale where it can, which turning first would prevent.
        source.thumbnail((1024, 1024), Image.LANCZOS)
        picture = ImageOps.exif_transpose(source)
        display = io.BytesIO()
        picture.save(display, "JPEG", quality=85)
        picture.thumbnail((300, 300), Image.LANCZOS)
        thumbnail = io.BytesIO()
        picture.save(thumbnail, "JPEG", quality=70)
