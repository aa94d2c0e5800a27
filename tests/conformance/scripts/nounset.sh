(set -u; echo "$undefined"; echo no) 2>/dev/null; echo $?
(set -u; echo "${undefined-default}"; x=; echo "[$x]"); echo $?
(set -u; echo "$@" "$*" $#); echo $?
(set -u; echo $1; echo no) 2>/dev/null; echo $?
