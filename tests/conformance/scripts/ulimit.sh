# Limits: showing and setting the soft and the hard one, in the units of each, and what is refused.
ulimit -c 100
ulimit -c
ulimit -H -c
ulimit -Sc 50; ulimit -Sc; ulimit -Hc; ulimit -c
ulimit -n 64; ulimit -n
ulimit -S -n 32; ulimit -n; ulimit -Hn
ulimit -f 1000; ulimit; ulimit -f
ulimit -t 7; ulimit -t
(ulimit -n 16; ulimit -n); ulimit -n
(ulimit -c 1 2; echo no) 2>/dev/null; echo $?
(ulimit -q; echo no) 2>/dev/null; echo $?
(ulimit -n x; echo no) 2>/dev/null; echo $?
(ulimit -Sn 100; echo no) 2>/dev/null; echo $?
ulimit -a | grep nofiles
ulimit -a | grep coredump
