cat > s <<'END'
echo "$#: $1 $2"
exit 6
END
sh s a 'b c'; echo $?
sh ./s; echo $?
sh nosuchscript 2>/dev/null; [ $? -ne 0 ] && echo failed
chmod +x s; ./s direct arg; echo $?
printf '#!/bin/sh\necho hashbang $1\n' > t; chmod +x t; ./t arg
printf 'echo no newline at end' > u; sh u
