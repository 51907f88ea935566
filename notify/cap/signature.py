"""Signatures of CAP messages: enveloped XML signatures (XMLDSig) with RSA and SHA-256, the same bytes each time."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature as BrokenSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import VerifyResult, XMLVerifier

from notify.cap.problem import Problem, ProblemKind
from notify.cap.reading import XMLDSIG

CERTIFICATE_FILE = "certificate.pem"
"""Lies beside the messages that were signed with its key."""
_KEY_BITS = 2048
_ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))


class Seal(StrEnum):
    """What is known of a message's signature."""

    NONE = "none"
    INTACT = "intact"
    """The text is the one that was signed. Who signed is known only where the certificate was given."""
    NOT_VERIFIED = "not_verified"
    """Broken, or made with what is no longer trusted: an old hash, an expired certificate."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and its certificate, both PEM. Neither stands in ``repr``.

    Raises:
        ValueError: no RSA key, no certificate, or one that does not belong to the other.
    """

    key_pem: bytes = field(repr=False)
    certificate_pem: bytes = field(repr=False)

    def __post_init__(self) -> None:
        key = serialization.load_pem_private_key(self.key_pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("the CAP key must be an RSA key: the others sign with other bytes each time")  # noqa: TRY004
        if x509.load_pem_x509_certificate(self.certificate_pem).public_key() != key.public_key():
            raise ValueError("the CAP certificate does not belong to the CAP key")


def ephemeral_key(name: str) -> SigningKey:
    """A key of an exercise: self-signed and kept nowhere, so its certificate needs no end (RFC 5280, 4.1.2.5)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_ALWAYS[0])
        .not_valid_after(_ALWAYS[1])
        .sign(key, hashes.SHA256())
    )
    return SigningKey(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def signed(alert: etree._Element, key: SigningKey) -> etree._Element:
    """A copy of the message with the signature as its last element."""
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return signer.sign(deepcopy(alert), key=key.key_pem, cert=key.certificate_pem.decode())


def seal_of(alert: etree._Element, *, certificate_pem: bytes | None = None) -> tuple[Seal, Problem | None]:
    """What the signature of a message is worth, and why it is worth less than it could be.

    Args:
        alert: the message.
        certificate_pem: of who must have signed; None takes the certificate that the message brings.
    """
    place = "alert/Signature"
    found = alert.find(f"{{{XMLDSIG}}}Signature")
    if found is None:
        return Seal.NONE, Problem(ProblemKind.SIGNATURE, "alert", "is not signed")
    certificate = certificate_pem.decode() if certificate_pem else _own_certificate(found)
    try:
        result = XMLVerifier().verify(etree.tostring(alert, with_tail=False), x509_cert=certificate)
    except (SignXMLException, BrokenSignature, etree.LxmlError, ValueError) as error:
        return Seal.NOT_VERIFIED, Problem(ProblemKind.SIGNATURE, place, f"{type(error).__name__}: {error}")
    covered = result.signed_xml if isinstance(result, VerifyResult) else None
    if covered is None or covered.tag != alert.tag:
        return Seal.NOT_VERIFIED, Problem(ProblemKind.SIGNATURE, place, "covers a part of the message only")
    return Seal.INTACT, None


def _own_certificate(signature: etree._Element) -> str | None:
    text = signature.findtext(f".//{{{XMLDSIG}}}X509Certificate")
    return "".join(text.split()) if text else None
