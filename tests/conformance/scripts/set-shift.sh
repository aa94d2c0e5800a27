set a b c; echo $# $1
set -- -x y; echo $1 $2
set -; echo $#
set --; echo $#
set 'a b' c; echo "$1"; shift; echo "$1"
(shift 5; echo no) 2>/dev/null; echo $?
set -e; echo "$-" | grep -c e; set +e
