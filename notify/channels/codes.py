"""Error codes of the providers, and what an operator does about each. docs/channels.md says where each list is from."""

from __future__ import annotations

from notify.channels.verdict import Codes, Meaning, again, never

_KEY_ZH = "机器人地址失效，重新添加机器人并换密钥"
_WECOM: dict[int | str, Meaning] = {
    -1: again("对方系统繁忙"),
    40008: never("消息类型不对"),
    40035: never("参数不对"),
    40058: never("参数不对"),
    44004: never("内容为空"),
    45002: never("内容超长"),
    45009: again("超过每分钟条数"),
    45033: again("并发过多"),
    50001: never("域名未登记"),
}
WECOM_BOT = Codes(
    "wecom_bot",
    0,
    _WECOM
    | {93000: never(_KEY_ZH), 93004: never("机器人已停用"), 93008: never("机器人不在群内"), 40096: never("群已不存在")},
    {},
)
WECOM_APP = Codes(
    "wecom_app",
    0,
    _WECOM
    | {
        40001: never("应用secret不对"),
        40003: never("成员账号不存在"),
        40013: never("企业编号不对"),
        40014: again("凭证失效，已重新获取"),
        40056: never("应用编号不对"),
        41001: again("缺少凭证，已重新获取"),
        41002: never("缺少企业编号"),
        41004: never("缺少应用secret"),
        42001: again("凭证过期，已重新获取"),
        48002: never("应用无此接口权限"),
        60011: never("应用无权发给该成员，改可见范围"),
        60020: never("本机IP不在可信名单，在应用后台登记"),
        81013: never("收件人全部无效"),
        82001: never("收件人全部无效"),
        301002: never("无权操作该应用"),
    },
    {},
)
DINGTALK = Codes(
    "dingtalk",
    0,
    {
        -1: again("对方系统繁忙"),
        404: never("地址不对"),
        40035: never("参数不对"),
        43004: never("请求头不对"),
        130101: again("发送过快，被限流"),
        300001: never(_KEY_ZH),
        300005: never(_KEY_ZH),
        310000: never("安全设置不符：签名、关键词或IP，核对加签密钥和本机时钟"),
        400013: never("群已解散"),
        400101: never(_KEY_ZH),
        400102: never("机器人已停用"),
        400105: never("消息类型不对"),
        400106: never("机器人不存在"),
        410100: again("发送过快，被限流10分钟"),
        430101: never("内容被拦：含外链"),
        430102: never("内容被拦：文字"),
        430103: never("内容被拦：图片"),
        430104: never("内容被拦"),
    },
    {},
)
FEISHU = Codes(
    "feishu",
    0,
    {
        9499: never("请求格式不对"),
        11232: again("对方限流，避开整点和半点"),
        11233: again("对方限流"),
        11246: never("消息内容不对"),
        11247: again("发送过快"),
        19001: never(_KEY_ZH),
        19002: never("机器人已删除或停用"),
        19021: never("签名不符或时间差超过1小时，核对签名密钥和本机时钟"),
        19022: never("本机IP不在白名单"),
        19024: never("缺少关键词"),
    },
    {},
)
_CLOUD_KEY = {
    "InvalidAccessKeyId": never("访问密钥不存在或停用"),
    "SignatureDoesNotMatch": never("访问密钥不对"),
    "IncompleteSignature": never("访问密钥不对"),
    "InvalidTimeStamp": never("本机时钟不准"),
    "SignatureNonceUsed": again("请求号重复"),
    "Forbidden": never("账号无权限，授权后再发"),
    "NoPermission": never("账号无权限，授权后再发"),
    "Throttling": again("调用过快"),
    "ServiceUnavailable": again("对方暂不可用"),
    "InternalError": again("对方内部错误"),
    "isp.": again("对方系统错误"),
    "isv.": never("请求被拒，查对方文档"),
}
_ALIYUN: dict[int | str, Meaning] = {
    "isp.RAM_PERMISSION_DENY": never("账号无权限，授权后再发"),
    "isv.SYSTEM_ERROR": again("对方系统错误"),
    "isv.BUSINESS_LIMIT_CONTROL": again("同一号码频率上限，与运营商约定提高上限"),
    "isv.DAY_LIMIT_CONTROL": never("已达日发送上限，提高上限"),
    "isv.MONTH_LIMIT_CONTROL": never("已达月发送上限，提高上限"),
    "isv.OUT_OF_SERVICE": never("业务停机，查余额"),
    "isv.AMOUNT_NOT_ENOUGH": never("余额不足，充值"),
    "isv.PRODUCT_UN_SUBSCRIPT": never("未开通服务"),
    "isv.PRODUCT_UNSUBSCRIBE": never("未开通服务"),
    "isv.ACCOUNT_NOT_EXISTS": never("账号不存在"),
    "isv.ACCOUNT_ABNORMAL": never("账号异常"),
    "isv.INVALID_PARAMETERS": never("参数不对"),
    "isv.INVALID_JSON_PARAM": never("模板变量不是JSON"),
    "isv.TEMPLATE_MISSING_PARAMETERS": never("模板变量缺失，核对vars="),
    "isv.PARAM_LENGTH_LIMIT": never("模板变量超长"),
    "isv.BLACK_KEY_CONTROL_LIMIT": never("变量含受限内容"),
    "isv.PARAM_NOT_SUPPORT_URL": never("变量含网址"),
}
ALIYUN_SMS = Codes(
    "sms_aliyun",
    "OK",
    _ALIYUN
    | {
        "isv.SMS_SIGNATURE_ILLEGAL": never("短信签名不合法或未审核"),
        "isv.SMS_SIGN_ILLEGAL": never("短信签名不合法或未审核"),
        "isv.SMS_TEMPLATE_ILLEGAL": never("短信模板不合法或未审核"),
        "isv.MOBILE_NUMBER_ILLEGAL": never("号码不合法，改联系人文件"),
        "isv.MOBILE_COUNT_OVER_LIMIT": never("号码过多"),
        "isv.DENY_IP_RANGE": never("本机IP被拒"),
    },
    _CLOUD_KEY,
)
ALIYUN_VOICE = Codes(
    "voice_aliyun",
    "OK",
    _ALIYUN
    | {
        "isv.TTS_TEMPLATE_ILLEGAL": never("语音模板不合法或未审核"),
        "isv.CALLED_NUMBER_ILLEGAL": never("被叫号码不合法，改联系人文件"),
        "isv.DISPLAY_NUMBER_ILLEGAL": never("显示号码不合法"),
        "isv.VOICE_FILE_NOT_FOUND": never("语音文件不存在"),
        "isv.BLACK_NUMBER": never("被叫在黑名单"),
    },
    _CLOUD_KEY,
)
TENCENT_SMS = Codes(
    "sms_tencent",
    "Ok",
    {
        "FailedOperation.FailResolvePacket": again("请求包解析失败"),
        "FailedOperation.InsufficientBalanceInSmsPackage": never("套餐余量不足，购买"),
        "FailedOperation.PhoneNumberInBlacklist": never("号码在黑名单"),
        "FailedOperation.SignatureIncorrectOrUnapproved": never("短信签名不合法或未审核"),
        "FailedOperation.TemplateIncorrectOrUnapproved": never("短信模板不合法或未审核"),
        "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": never("模板变量个数不符，核对vars="),
        "FailedOperation.ContainSensitiveWord": never("内容被拦"),
        "FailedOperation.MissingTemplateToModify": never("短信模板不合法或未审核"),
        "InvalidParameterValue.IncorrectPhoneNumber": never("号码不合法，改联系人文件"),
        "InvalidParameterValue.SdkAppIdNotExist": never("应用编号不对"),
        "InvalidParameterValue.TemplateParameterFormatError": never("模板变量格式不对"),
        "InvalidParameterValue.TemplateParameterLengthLimit": never("模板变量超长"),
        "LimitExceeded.PhoneNumberThirtySecondLimit": again("同一号码30秒上限，与运营商约定提高上限"),
        "LimitExceeded.PhoneNumberOneHourLimit": never("同一号码1小时上限，提高上限"),
        "LimitExceeded.PhoneNumberDailyLimit": never("同一号码日上限，提高上限"),
        "LimitExceeded.PhoneNumberSameContentDailyLimit": never("同内容日上限，提高上限"),
        "LimitExceeded.DailyLimit": never("已达日发送上限，提高上限"),
        "LimitExceeded.DeliveryFrequencyLimit": again("发送过快"),
        "UnauthorizedOperation.RequestIpNotInWhitelist": never("本机IP不在白名单"),
        "UnauthorizedOperation.SdkAppIdIsDisabled": never("应用已停用"),
        "UnauthorizedOperation.ServiceSuspendDueToArrears": never("欠费停服，充值"),
        "AuthFailure.SignatureExpire": never("本机时钟不准"),
        "RequestLimitExceeded": again("调用过快"),
    },
    {
        "AuthFailure": never("访问密钥不对"),
        "FailedOperation": never("请求被拒，查对方文档"),
        "InternalError": again("对方内部错误"),
        "InvalidParameter": never("参数不对"),
        "LimitExceeded": again("发送过快"),
        "MissingParameter": never("参数缺失"),
        "RequestLimitExceeded": again("调用过快"),
        "ResourceUnavailable": again("对方暂不可用"),
        "UnauthorizedOperation": never("账号无权限，授权后再发"),
        "UnsupportedOperation": never("不支持的操作"),
    },
)
