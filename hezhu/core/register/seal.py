"""Personal numbers at rest: AES-256-GCM (NIST SP 800-38D) under a ring of keys, and a keyed hash by which equal values find each other.

Keys come from ``HEZHU_SEAL_KEYS`` (``name:base64,name:base64``; the first one seals, all of them open) and ``HEZHU_BLIND_KEY`` (base64), else
from a file made once in the data folder. The hash has a key of its own, so that sealing keys can change while every row is still found.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from hezhu.core.errors import HezhuError
from hezhu.engines.codes.kinds import KINDS

KEY_BYTES = 32
NONCE_BYTES = 12
DIGEST_LENGTH = 32


class SealBroken(HezhuError):
    code = "seal-broken"
    title = _("密文打不开")
    message = _("密文 %(key)s 打不开：封存密钥缺失或不是当时的那一把。请核对 HEZHU_SEAL_KEYS。")


class Opened(str):
    """A value read from the database, with the sealed text it came from, so that saving it unchanged writes the same bytes."""

    sealed: str = ""


@dataclass(frozen=True)
class Ring:
    """The sealing keys by name, the one that seals first, and the key of the hash."""

    keys: dict[str, AESGCM]
    current: str
    blind: bytes


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name}: write {KEY_BYTES} random bytes as base64 (openssl rand -base64 {KEY_BYTES})")
    return key


def _kept(file: Path) -> tuple[str, str]:
    """The two keys of the data folder, made once: whoever comes second reads what the first one wrote."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        made = (base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for _ in range(2))
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write("k1:{}\n{}\n".format(*made))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, file)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    lines = file.read_text().split()
    if len(lines) != 2:
        raise ImproperlyConfigured(f"{file}: expected a line of sealing keys and a line with the key of the hash")
    return lines[0], lines[1]


@lru_cache(maxsize=1)
def ring() -> Ring:
    """The keys in use. Raises ImproperlyConfigured naming the variable that is wrong."""
    sealing, blind = settings.SEAL_KEYS, settings.BLIND_KEY
    if bool(sealing) != bool(blind):
        raise ImproperlyConfigured("HEZHU_SEAL_KEYS and HEZHU_BLIND_KEY belong together: set both or neither")
    if not sealing:
        sealing, blind = _kept(settings.SEAL_FILE)
    keys = {}
    for entry in sealing.split(","):
        name, colon, text = entry.strip().partition(":")
        if not colon or not name or "$" in name:
            raise ImproperlyConfigured("HEZHU_SEAL_KEYS: write name:base64, the newest key first")
        keys[name] = AESGCM(_key("HEZHU_SEAL_KEYS", text))
    return Ring(keys, next(iter(keys)), _key("HEZHU_BLIND_KEY", blind))


def seal(text: str, kind: str) -> str:
    """``text`` sealed as ``key$base64``; the kind is bound in, so that a phone cannot be put where an ID number stands. Empty stays empty."""
    if not text:
        return ""
    keys = ring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    body = keys.keys[keys.current].encrypt(nonce, text.encode(), kind.encode())
    return f"{keys.current}${base64.b64encode(nonce + body).decode()}"


def unseal(sealed: str, kind: str) -> Opened:
    """The text under the seal. Raises SealBroken."""
    if not sealed:
        return Opened("")
    name, _dollar, body = sealed.partition("$")
    key = ring().keys.get(name)
    if key is None:
        raise SealBroken(key=name)
    try:
        raw = base64.b64decode(body, validate=True)
        opened = Opened(key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], kind.encode()).decode())
    except (ValueError, InvalidTag) as error:
        raise SealBroken(key=name) from error
    opened.sealed = sealed
    return opened


def digest(text: str, kind: str) -> str:
    """HMAC-SHA-256 (its first 128 bits, in hex) of the text as its kind writes it: the same person's number in any spelling has one digest."""
    if not text:
        return ""
    clean = KINDS[kind].normalise(text) if kind in KINDS else text.strip()
    return hmac.new(ring().blind, f"{kind}:{clean}".encode(), hashlib.sha256).hexdigest()[:DIGEST_LENGTH]


def is_current(sealed: str) -> bool:
    """Whether the sealing key in use sealed it."""
    return not sealed or sealed.partition("$")[0] == ring().current
