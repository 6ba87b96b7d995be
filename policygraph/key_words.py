"""The words of keys and signing in: Chinese and English."""

from typing import Final

KEY_WORDS: Final[dict[str, tuple[str, str]]] = {
    "key": ("密钥", "key"),
    "keys": ("密钥", "Keys"),
    "key_made": (
        "已生成 {name} 的密钥。请立即保存，此后不再显示：",
        "The key of {name}. Keep it now; it is not shown again:",
    ),
    "key_ended": (
        "密钥 {id}（{name}）已撤销，即刻失效。",
        "Key {id} ({name}) is revoked; it opens nothing any more.",
    ),
    "key_id": ("编号", "id"),
    "key_name": ("名称", "name"),
    "key_scopes": ("权限", "scopes"),
    "key_created": ("生成时间", "made"),
    "key_expires": ("有效至", "last day"),
    "key_state": ("状态", "state"),
    "key_state_valid": ("有效", "valid"),
    "key_state_expired": ("已过期", "expired"),
    "key_state_revoked": ("已撤销", "revoked"),
    "key_unknown": ("此密钥无效：没有这样的密钥。", "There is no such key."),
    "key_expired": ("此密钥已过期。", "This key has expired."),
    "key_revoked": ("此密钥已撤销。", "This key was revoked."),
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出", "Sign out"),
    "sign_in_needless": ("这里无需登录", "No sign-in is needed here"),
    "sign_in_open": (
        "本服务只在这台计算机上开放：在本机可直接查看、复核和录入，没有密钥可填。用其他名称或经代理访问时，只能查看。",
        "This service is open on this machine alone: here everyone may read, review and bring plans in, and there are no keys. By another name or through a proxy one may only read.",
    ),
    "sign_in_home": ("回到首页", "To the overview"),
    "sign_in_how": (
        "请输入管理员发给您的密钥（pgk_ 开头）。登录保持 12 小时。",
        "Enter the key that you were given; it begins with pgk_. The session lasts 12 hours.",
    ),
}
