"""What :mod:`embeddings` says in errors."""

from typing import Final

WORDS: Final[dict[str, str]] = {
    "the model's scores are not finite": "模型给出的分值不是有限的数",
    "this model judges no pairs of texts ({})": "这个模型不能判断成对的文字（{}）",
    "none of the model's {} classes is called entailment": "模型的 {} 个类别中没有 entailment",
    "Choose a cross-encoder, also called reranker.": "请选用交叉编码器（也称重排序模型）。",
    "there is no encoder {!r}": "没有编码器{!r}",
    "Use policy-zh, char, st:PATH_OR_NAME[@REVISION], or openai:MODEL@URL.": (
        "请用 policy-zh、char、st:路径或名称[@版本]，或 openai:模型@网址。"
    ),
    "there is no adviser {!r}": "没有顾问模型{!r}",
    "Use st:PATH_OR_NAME[@REVISION], or openai:MODEL@URL.": (
        "请用 st:路径或名称[@版本]，或 openai:模型@网址。"
    ),
    # Servers of models
    "the key holds characters that no key can hold": "密钥里有不该出现的字符",
    "Set {}.": "请管理员设置 {:text}。",
    "the proxy or the certificates that the environment names cannot be used ({})": (
        "环境变量指定的代理或证书无法使用（{}）"
    ),
    "Check ALL_PROXY, HTTP_PROXY, HTTPS_PROXY and SSL_CERT_FILE, or name the host in NO_PROXY; "
    'a SOCKS proxy needs: pip install "httpx[socks]"': (
        "请管理员检查 ALL_PROXY、HTTP_PROXY、HTTPS_PROXY 和 SSL_CERT_FILE，或把主机写进 NO_PROXY；"
        'SOCKS 代理还需要：pip install "httpx[socks]"'
    ),
    "this names no model and address": "没有写明模型和网址",
    "openai:{}": "openai:{}",
    "Write openai:MODEL@URL, for example openai:{}@http://127.0.0.1:8000/v1.": (
        "请写成 openai:模型@网址，例如 openai:{}@http://127.0.0.1:8000/v1。"
    ),
    "the address carries a password, a query or a fragment": "网址里带有密码、查询参数或片段",
    "Leave it out; a key goes into {}.": "请去掉；密钥写在 {} 里。",
    "this is no address (no host)": "这不是有效的网址（没有主机）",
    "the endpoint refuses the key ({})": "模型服务器拒绝了密钥（{}）",
    "the endpoint asks for a key ({})": "模型服务器要求密钥（{}）",
    "Set {} to a key that it accepts.": "请管理员把 {} 设为它认可的密钥。",
    "the endpoint redirects elsewhere ({})": "模型服务器转到了别处（{}）",
    "Name the address that answers itself.": "请管理员改用直接应答的网址。",
    "the endpoint refuses the request ({}){}": "模型服务器拒绝了请求（{}）{}",
    "Check the model's name, and the address: it often ends in /v1.": (
        "请管理员检查模型名称和网址：网址常以 /v1 结尾。"
    ),
    "the endpoint does not answer ({:text}; attempts: {})": "模型服务器没有应答（{:text}；已试 {} 次）",
    "nothing came within {} s": "{} 秒内没有回音",
    "Check that the server runs at this address. A slow one needs {} or a longer endpoint_timeout.": (
        "请管理员检查服务器是否在这个网址运行；较慢的服务器需要{:text}，或调大 endpoint_timeout。"
    ),
    "a smaller adviser_concurrency": "调小 adviser_concurrency",
    "a smaller batch_size": "调小 batch_size",
    "the endpoint answers {} (attempts: {}; it asks to wait {} s){}": (
        "模型服务器答复 {}（已试 {} 次；它要求等待 {} 秒）{}"
    ),
    "the endpoint answers {} (attempts: {}){}": "模型服务器答复 {}（已试 {} 次）{}",
    "Run this again later, or with {}; the server's log may have the cause.": (
        "请稍后重做，或{:text}；原因可能记在服务器日志里。"
    ),
    "the endpoint's answer is no opinion ({:text}) on whether “{}” implements “{}”": (
        "模型服务器没有就“{1}”是否落实“{2}”给出意见（{0:text}）"
    ),
    "it is empty": "答复是空的",
    "Choose a model that follows instructions, or no adviser.": "请选用能按要求作答的模型，或不用顾问模型。",
    "the endpoint's answer holds no chat completion{}": "模型服务器的答复里没有对话内容{}",
    "the endpoint's answer holds no embeddings{}": "模型服务器的答复里没有向量{}",
    "The address must be that of an OpenAI-compatible API; it often ends in /v1.": (
        "网址须是与 OpenAI 兼容的接口，常以 /v1 结尾。"
    ),
    "the endpoint was sent {} texts and answers with {} vectors": "发给模型服务器 {} 段文字，返回 {} 个向量",
    "the endpoint's vectors are not numbered from 0 to {}": "模型服务器返回的向量没有按 0 到 {} 编号",
    "the endpoint's vectors are of different lengths": "模型服务器返回的向量长短不一",
    "the endpoint's vectors are not lists of numbers": "模型服务器返回的向量不是数列",
    "the endpoint's vectors hold numbers that are not finite": "模型服务器返回的向量里有不是有限的数",
    "the endpoint gives vectors of {} numbers, and of {} before": (
        "模型服务器返回的向量有 {} 个数，此前是 {} 个"
    ),
    # Models on this machine
    "there is no static model ({})": "没有静态向量模型（{}）",
    "the model cannot be loaded ({})": "模型无法载入（{}）",
    "Check the path or name; without a network, bring the model's folder and give its path.": (
        "请检查路径或名称；没有网络时，请拷入模型文件夹并写明路径。"
    ),
    "the model's folder holds no {}/{}": "模型文件夹里没有 {}/{}",
    "Give a folder that does, or set backend to torch.": "请换一个有此文件的文件夹，或把 backend 设为 torch。",
    "sentence-transformers cannot be loaded ({})": "sentence-transformers 无法载入（{}）",
    'Install it with: pip install "policygraph[models]"': '安装：pip install "policygraph[models]"',
    "the ONNX backend cannot be loaded ({})": "ONNX 后端无法载入（{}）",
    'Install it with: pip install "sentence-transformers[onnx]"; or set backend to torch.': (
        '安装：pip install "sentence-transformers[onnx]"；或把 backend 设为 torch。'
    ),
    # Scoring and linking
    "there is no threshold {!r}": "没有阈值{!r}",
    "Known: {}.": "可用：{}。",
    "the threshold {} is {}": "阈值 {} 为 {}",
    "most is a whole number from 1 to 100, every other from 0 to 1.": (
        "most 须是 1 到 100 的整数，其他阈值须在 0 到 1 之间。"
    ),
    "the threshold partial is above covered": "阈值 partial 高于 covered",
    "Lower partial or raise covered.": "请调低 partial 或调高 covered。",
    "Set scoring_folder to a folder that you may write to.": "请把 scoring_folder 设为可以写入的文件夹。",
    "this is no scoring of this version ({})": "这不是本版本的打分文件（{}）",
    "Make it again with: policygraph calibrate, or remove it.": "请用 policygraph calibrate 重新生成，或删去它。",
    "another process changed plan {} meanwhile": "其间另一个程序改动了计划 {}",
}
