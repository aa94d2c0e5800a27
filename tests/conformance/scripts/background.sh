sleep 0 & wait; echo $?
(exit 3) & wait $!; echo $?
sh -c 'exit 4' & p=$!; sh -c 'exit 5' & q=$!
wait $q; echo $?; wait $p; echo $?
wait 99999 2>/dev/null; echo $?
{ echo in background; } & wait
sleep 5 & kill $!; wait $! 2>/dev/null; echo $?
(sleep 0; echo done) & wait; echo end
