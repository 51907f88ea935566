from __future__ import annotations

import pickle
from dataclasses import asdict

import pytest
from pydantic import SecretStr

from feeds.request import FeedRequest

KEY = "0123456789abcdef/secret"


def keyed(**changes: object) -> FeedRequest:
    fields = {"feed": "firms", "url": "https://firms.example/{map_key}/x", "secrets": {"map_key": SecretStr(KEY)}}
    return FeedRequest(**{**fields, **changes})


def test_the_key_is_sent_but_never_shown():
    request = keyed()
    assert request.wire_url() == "https://firms.example/0123456789abcdef%2Fsecret/x"
    assert request.public_url == "https://firms.example/***/x"
    for shown in (repr(request), str(request), request.public_url, request.request_key, str(asdict(request))):
        assert "0123456789abcdef" not in shown


def test_a_secret_parameter_is_masked_like_a_secret_in_the_path():
    request = keyed(url="https://feed.example/v1", params=(("apikey", "{map_key}"), ("a", "1,2")))
    assert request.public_url == "https://feed.example/v1?apikey=***&a=1,2"
    assert request.wire_url() == "https://feed.example/v1?apikey=0123456789abcdef%2Fsecret&a=1,2"


def test_the_same_question_has_the_same_key_whatever_the_secret():
    other = keyed(secrets={"map_key": SecretStr("another")})
    assert other.request_key == keyed().request_key == "GET https://firms.example/***/x"
    assert other == keyed()


def test_what_a_server_repeats_of_the_key_is_masked():
    assert keyed().masked(f"no map at /{KEY}/x nor /0123456789abcdef%2Fsecret/") == "no map at /***/x nor /***/"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secrets": {}}, "placeholders"),
        ({"url": "https://firms.example/x"}, "placeholders"),
        ({"secrets": {"map_key": SecretStr("  ")}}, "blank"),
    ],
    ids=["placeholder_without_secret", "secret_without_placeholder", "blank_secret"],
)
def test_a_request_whose_secrets_do_not_fit_cannot_be_made(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        keyed(**changes)


def test_a_request_without_secrets_travels_between_processes():
    request = FeedRequest("open_meteo", "https://feed.example", (("a", "b"),))
    assert pickle.loads(pickle.dumps(request)) == request
