"""A site gate as vendors write them: signs and sends calls of the worker platform's protocol. Independent of the server's own code."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def sealed(text: str, secret: str) -> str:
    """AES-CBC, PKCS7, vector = first 16 characters of the secret, Base64."""
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(secret.encode()), modes.CBC(secret[:16].encode())).encryptor()
    return base64.b64encode(encryptor.update(padder.update(text.encode()) + padder.finalize()) + encryptor.finalize()).decode()


def call(appid: str, secret: str, method: str, data: Any, /, **other: str) -> dict[str, str]:
    """The signed parameters of one call; ``other`` replaces parameters before signing, ``sign`` after it."""
    fields = {
        "appid": appid,
        "data": data if isinstance(data, str) else json.dumps(data, ensure_ascii=False),
        "format": "json",
        "method": method,
        "nonce": str(random.randint(0, 10**12)),
        "timestamp": datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y%m%d%H%M%S"),
        "version": "1.0",
    }
    fields |= {name: value for name, value in other.items() if name != "sign"}
    said = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + f"&appsecret={secret}"
    fields["sign"] = other.get("sign", hashlib.sha256(said.lower().encode()).hexdigest())
    return fields
