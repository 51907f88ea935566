"""Signatures against the examples that the providers print in their own documents."""

from __future__ import annotations

import base64
import hashlib
import hmac

from notify.channels.aliyun import signature
from notify.channels.bots import dingtalk_sign, feishu_sign
from notify.channels.tencent import authorization


def test_aliyun_s_own_example_is_met() -> None:
    said = {
        "Timestamp": "2016-02-23T12:46:24Z",
        "Format": "XML",
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "Version": "2014-05-26",
        "SignatureVersion": "1.0",
    }
    assert signature(said, "testsecret", method="GET") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


def test_aliyun_s_example_of_a_text_message_is_met() -> None:
    said = {
        "AccessKeyId": "testId",
        "Action": "SendSms",
        "Format": "XML",
        "OutId": "123",
        "PhoneNumbers": "15300000001",
        "RegionId": "cn-hangzhou",
        "SignName": "阿里云短信测试专用",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "SignatureVersion": "1.0",
        "TemplateCode": "SMS_71390007",
        "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z",
        "Version": "2017-05-25",
    }
    assert signature(said, "testSecret", method="GET") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_tencent_s_own_example_is_met() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    said = authorization(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        "Gu5t9xGARNpq86cd98joQYCN3*******",
        body,
        host="cvm.tencentcloudapi.com",
        service="cvm",
        timestamp=1551113065,
    )
    assert said.endswith("Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c")


def test_dingtalk_and_feishu_sign_different_things_under_different_keys() -> None:
    ours, theirs = dingtalk_sign("SEC", 1555666777888), feishu_sign("SEC", 1555666777)
    assert ours == base64.b64encode(hmac.digest(b"SEC", b"1555666777888\nSEC", hashlib.sha256)).decode()
    assert theirs == base64.b64encode(hmac.digest(b"1555666777\nSEC", b"", hashlib.sha256)).decode()
    assert dingtalk_sign("SEC", 1555666777) != theirs
