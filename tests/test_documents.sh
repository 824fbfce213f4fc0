#!/bin/bash
# Every snippet of every document, and the examples of the man page, still do what they say.
set -u
failed=0
tests/checks/snippets $(git ls-files '*.md' 2>/dev/null || ls ./*.md ./*/*.md) || failed=1

# The man page's examples: what follows "$ ", in one folder, in order.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/.bin"
ln -s "${SMTPLAB:-$PWD/build/smtplab}" "$folder/.bin/smtplab"
export PATH="$folder/.bin:$PATH" SMTPLAB_SCENARIOS=$PWD/scenarios
while read -r example; do
    (cd "$folder" && bash -c "$example" >.out 2>&1)
    status=$?
    if [ "$status" = 0 ] || { [[ $example == 'smtplab diff '* ]] && [ "$status" = 1 ]; }; then
        echo "ok smtplab.1: $example"
    else
        echo "not ok smtplab.1: $example (status $status)"
        tail -5 "$folder/.out"
        failed=1
    fi
done < <(sed -n '/^\.Sh EXAMPLES/,/^\.Sh STANDARDS/s/^\(\.Dl \)\{0,1\}\$ //p' assets/smtplab.1)
exit $failed
