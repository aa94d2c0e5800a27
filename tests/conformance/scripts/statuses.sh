nosuchcommand 2>/dev/null; echo $?
./nosuchfile 2>/dev/null; echo $?
/ 2>/dev/null; echo $?
touch plain; ./plain 2>/dev/null; echo $?
sh -c 'kill -TERM $$'; echo $?
sh -c 'kill -KILL $$' ; echo $?
sh -c 'exit 300'; echo $?
sh -c 'exit'; echo $?
(false; exit); echo $?
