#!/bin/sh
# Take out of a virtual environment what a running service never opens: two fifths of it. `sh slim.sh .venv`
set -eu
cd "$1"/lib/python3.*/site-packages

# symbols for debuggers; libraries in *.libs were changed after they were linked, and stay as they are
find . -name '*.cpython-*.so' -exec strip --strip-unneeded {} +
# tests, and the sources of what is compiled
find . -type d -name tests -prune -exec rm -rf {} +
find . -type f \( -name '*.pyx' -o -name '*.pxd' -o -name '*.cpp' -o -name '*.c' -o -name '*.h' -o -name '*.pyi' \) -delete
# languages that no text of ours is in
find babel/locale-data -name '*.dat' ! -name 'root.dat' ! -name 'fr*' ! -name 'de*' ! -name 'nl*' ! -name 'en*' -delete
# the phone provider's other products, which are compiled when they are first asked for
find twilio/rest -mindepth 2 -name __pycache__ ! -path 'twilio/rest/api/*' -prune -exec rm -rf {} +
# what installs packages: nothing is installed any more
rm -rf pip pip-*.dist-info setuptools setuptools-*.dist-info pkg_resources hatchling hatchling-*.dist-info
rm -rf _distutils_hack distutils-precedence.pth
