"""Which package brings a module, where their names differ: `cv2` is in `opencv-python`.

Nothing on a machine knows that of what is not installed, and to ask an index by a guessed name would invite whoever
registers such names. So what is not in this table is a guess, and is called one.
"""

from __future__ import annotations

import sys
from typing import NamedTuple


class Package(NamedTuple):
    """The package that brings a module, as an index and `pip` know it."""

    name: str
    is_known: bool
    """Whether it is in the table; else the name is that of the module."""


_PACKAGES = """
adafruit-blinka: board busio digitalio
attrs: attr
azure-identity: azure.identity
azure-keyvault-secrets: azure.keyvault.secrets
azure-storage-blob: azure.storage.blob
beautifulsoup4: bs4
biopython: Bio
camelot-py: camelot
discord.py: discord
django-allauth: allauth
django-cors-headers: corsheaders
django-crispy-forms: crispy_forms
django-debug-toolbar: debug_toolbar
django-environ: environ
django-filter: django_filters
djangorestframework: rest_framework
dnspython: dns
earthengine-api: ee
faiss-cpu: faiss
ffmpeg-python: ffmpeg
fpdf2: fpdf
gdal: gdal ogr osgeo osr
gitpython: git
google-api-python-client: apiclient googleapiclient
google-auth: google.auth google.oauth2
google-cloud-bigquery: google.cloud.bigquery
google-cloud-pubsub: google.cloud.pubsub google.cloud.pubsub_v1
google-cloud-secret-manager: google.cloud.secretmanager
google-cloud-storage: google.cloud.storage
google-genai: google.genai
google-generativeai: google.generativeai
grpcio: grpc
grpcio-tools: grpc_tools
imbalanced-learn: imblearn
kafka-python: kafka
llama-cpp-python: llama_cpp
markdown-it-py: markdown_it
matplotlib: mpl_toolkits pylab
mysql-connector-python: mysql.connector
mysqlclient: MySQLdb
odfpy: odf
opencv-python: cv2
openstacksdk: openstack
opentelemetry-api: opentelemetry
opentelemetry-sdk: opentelemetry.sdk
paho-mqtt: paho
pdfminer.six: pdfminer
pillow: PIL
progressbar2: progressbar
protobuf: google.protobuf
psycopg2-binary: psycopg2
pycairo: cairo
pycryptodome: Crypto
pycryptodomex: Cryptodome
pygithub: github
pygobject: gi
pyjwt: jwt
pymongo: bson gridfs
pymupdf: fitz
pynacl: nacl
pyopengl: OpenGL
pyopenssl: OpenSSL
pyserial: serial
pysocks: socks
pystan: stan
pyusb: usb
pywin32: pythoncom pywintypes win32api win32clipboard win32com win32con win32event win32file win32gui win32process
python-barcode: barcode
python-binance: binance
python-can: can
python-chess: chess
python-consul: consul
python-crontab: crontab
python-daemon: daemon
python-dateutil: dateutil
python-decouple: decouple
python-docx: docx
python-dotenv: dotenv
python-engineio: engineio
python-frontmatter: frontmatter
python-gitlab: gitlab
python-gnupg: gnupg
python-hcl2: hcl2
python-jenkins: jenkins
python-jose: jose
python-keycloak: keycloak
python-ldap: ldap
python-louvain: community
python-lsp-server: pylsp
python-magic: magic
python-memcached: memcache
python-nmap: nmap
python-pptx: pptx
python-rtmidi: rtmidi
python-slugify: slugify
python-snappy: snappy
python-socketio: socketio
python-stdnum: stdnum
python-telegram-bot: telegram
python-vlc: vlc
python-whois: whois
python-xlib: Xlib
pyyaml: yaml
pyzmq: zmq
redis-py-cluster: rediscluster
rpi.gpio: RPi
ruamel.yaml: ruamel
scikit-bio: skbio
scikit-fuzzy: skfuzzy
scikit-image: skimage
scikit-learn: sklearn
scikit-optimize: skopt
scikit-sparse: sksparse
scikit-surprise: surprise
setuptools: distutils pkg_resources
snowflake-connector-python: snowflake.connector
speechrecognition: speech_recognition
stomp.py: stomp
ta-lib: talib
tabula-py: tabula
umap-learn: umap
websocket-client: websocket
wxpython: wx
"""
"""A package in a line: its name, and the modules that it brings and that have another name."""

_BY_MODULE = {
    module: package
    for package, _, modules in (line.partition(":") for line in _PACKAGES.split("\n") if line)
    for module in modules.split()
}


MAX_PARTS = 8
"""Of a module's name that are looked at."""
_NAMESPACES = {"azure": 2, "google": 3}
"""Modules of many packages, and how many parts of a module's name are that of its package."""


def package_of(module: str) -> Package | None:
    """Return the package to install for `import MODULE`, whose name may have dots; None where there can be none.

    A module of the standard library that an interpreter lacks, such as `tkinter`, is brought by whoever made that.
    """
    parts = module.split(".", MAX_PARTS)[:MAX_PARTS]
    for count in range(len(parts), 0, -1):
        known = _BY_MODULE.get(".".join(parts[:count]))
        if known is not None:
            return Package(known, is_known=True)
    first = parts[0]
    needed = _NAMESPACES.get(first, 1)
    if first in sys.stdlib_module_names or not first.isidentifier() or first[0] == "_" or len(parts) < needed:
        return None
    return Package("-".join(parts[:needed]).lower().replace("_", "-"), is_known=False)
