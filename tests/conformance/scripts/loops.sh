i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done
until [ $i -eq 0 ]; do i=$((i-1)); echo u$i; done
for x in a b c; do echo $x; done
for x in; do echo none; done; echo $?
for x in 1 2 3 4 5; do [ $x = 2 ] && continue; [ $x = 4 ] && break; echo $x; done
for a in 1 2; do for b in x y; do [ $b = y ] && continue 2; echo $a$b; done; done
for a in 1 2; do for b in x y; do [ $a$b = 1y ] && break 2; echo $a$b; done; done
while false; do :; done; echo $?
while :; do break; done; echo $?
set -- p q; for y do echo $y; done
for z
do echo $z
done
