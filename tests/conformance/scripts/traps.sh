trap 'echo got usr1' USR1
kill -USR1 $$
echo after
trap '' TERM; kill -TERM $$; echo ignored
trap - TERM USR1
sh -c 'trap "echo int; exit 9" INT; kill -INT $$; echo no'; echo $?
sh -c 'kill -USR1 $$' ; echo $?
trap 'echo one' EXIT; trap 'echo two' EXIT
