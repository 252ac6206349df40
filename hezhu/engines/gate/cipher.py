"""Personal numbers on the way: AES-CBC with PKCS#7 padding under the secret itself, its first 16 characters as vector, Base64."""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
LONGEST = 256  # characters of Base64: no document number comes near


class Unreadable(ValueError):
    """The text is not what the secret would make."""


def _cipher(secret: str) -> Cipher[modes.CBC]:
    key = secret.encode()
    return Cipher(algorithms.AES(key), modes.CBC(key[:BLOCK]))


def encrypt(text: str, secret: str) -> str:
    raw = text.encode()
    pad = BLOCK - len(raw) % BLOCK
    encryptor = _cipher(secret).encryptor()
    return base64.b64encode(encryptor.update(raw + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(text: str, secret: str) -> str:
    """The text under ``secret``. Raises Unreadable."""
    if not text or len(text) > LONGEST:
        raise Unreadable(text[:20])
    try:
        raw = base64.b64decode(text, validate=True)
        decryptor = _cipher(secret).decryptor()
        plain = decryptor.update(raw) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise Unreadable(text[:20])
        return plain[:-pad].decode()
    except (ValueError, IndexError, binascii.Error) as error:
        raise Unreadable(text[:20]) from error
