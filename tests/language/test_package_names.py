"""The package that brings a module: known where the names differ, guessed where they do not."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions

import pytest

from rdit.language.package_names import _BY_MODULE, Package, package_of


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("cv2", Package("opencv-python", is_known=True)),
        ("sklearn.linear_model", Package("scikit-learn", is_known=True)),
        ("google.cloud.storage", Package("google-cloud-storage", is_known=True)),
        ("google.cloud.vision", Package("google-cloud-vision", is_known=False)),
        ("azure.cosmos.aio", Package("azure-cosmos", is_known=False)),
        ("pandas", Package("pandas", is_known=False)),
        ("pytorch_lightning.loggers", Package("pytorch-lightning", is_known=False)),
        ("distutils.core", Package("setuptools", is_known=True)),
        *((module, None) for module in ("tkinter", "google", "google.cloud", "_private", "", "a b", "1x")),
    ],
)
def test_a_module_has_the_package_that_brings_it(module: str, package: Package | None) -> None:
    assert package_of(module) == package


def test_the_names_of_packages_are_as_an_index_has_them_and_no_module_is_named_as_its_package() -> None:
    for module, package in _BY_MODULE.items():
        assert re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", package)
        assert module == "gdal" or module.lower().replace("_", "-") != package, module
        assert module == "distutils" or module not in sys.stdlib_module_names


def test_what_is_installed_here_is_of_the_package_that_the_table_names() -> None:
    installed = {module: {_normal(name) for name in names} for module, names in packages_distributions().items()}
    known = {
        module: package for module, package in _BY_MODULE.items() if module in installed and module != "mpl_toolkits"
    }
    assert known
    for module, package in known.items():
        assert _normal(package) in installed[module], module


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
