#!/bin/sh
# 离线安装 border-firewatch:校验每个文件,建立独立环境,自检。不访问任何网络。
# usage: ./install.sh PREFIX [PYTHON]      for example: ./install.sh /opt/firewatch python3.11
set -eu

here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:?"usage: $0 PREFIX [PYTHON]"}
wanted=$(cat "$here/PYTHON")
python=${2:-python$wanted}

say() { printf '%s\n' "$*"; }
fail() { printf '安装中止: %s\n' "$*" >&2; exit 1; }

say "一、校验文件 (SHA256SUMS)"
(cd "$here" && sha256sum --check --quiet SHA256SUMS) || fail "文件与清单不符:重新拷贝安装包,不要安装"

say "二、检查 Python $wanted"
command -v "$python" >/dev/null 2>&1 || fail "找不到 $python:请安装 Python $wanted,或在第二个参数里给出它的路径"
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$found" = "$wanted" ] || fail "$python 是 $found,安装包是为 $wanted 做的"

say "三、安装到 $prefix/venv"
mkdir -p "$prefix"
rm -rf "$prefix/venv.old"
[ ! -d "$prefix/venv" ] || mv "$prefix/venv" "$prefix/venv.old"
back() {
  rm -rf "$prefix/venv"
  [ ! -d "$prefix/venv.old" ] || mv "$prefix/venv.old" "$prefix/venv"
  fail "安装失败,已退回旧版本"
}
"$python" -m venv "$prefix/venv" || back
"$prefix/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes \
  --find-links "$here/wheels" --requirement "$here/requirements.lock" || back
[ -e "$prefix/rules" ] || cp -R "$here/rules" "$prefix/rules"

say "四、自检 (firewatch doctor)"
code=0
FIREWATCH_HOME="${FIREWATCH_HOME:-$prefix/var}" "$prefix/venv/bin/firewatch" doctor || code=$?
[ "$code" -eq 0 ] || [ "$code" -eq 4 ] || fail "自检不通过(退出码 $code),见上表"

say "装好了。下一步见 README.txt:设置联系人,启用 systemd 服务。"
