sh -c 'echo $0 $1 $# "$@"' name a b
sh -c 'echo $#'
sh -c 'echo one
echo two'
sh -c 'exit 4'; echo $?
sh -c ''; echo $?
sh -c 'false'; echo $?
echo 'echo from stdin
echo after' | sh
echo 'echo args "$@"' | sh -s a b
sh -e -c 'false; echo no'; echo $?
