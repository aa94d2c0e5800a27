(set -x; echo hello; x=1; y="$x" true; set +x) 2> t; cat t
