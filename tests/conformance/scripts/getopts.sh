while getopts ab:c o -a -b value -c rest; do echo "$o [$OPTARG] $OPTIND"; done
echo $OPTIND
OPTIND=1; while getopts ab:c o -acbvalue x; do echo "$o [$OPTARG]"; done
OPTIND=1; while getopts :ab: o -x -b; do echo "$o [$OPTARG]"; done
f() { OPTIND=1; while getopts xy o; do echo "f $o"; done; shift $((OPTIND - 1)); echo "$@"; }
f -x -y -- -z w
