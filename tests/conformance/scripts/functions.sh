f() { echo "f: $# $1 $2"; }
f a b
g() { return 3; }
g; echo $?
h() { echo "$@"; f x; echo "$1"; }
h one two
set -- outer; f in; echo $1
r() { [ $1 -le 0 ] && return; echo $1; r $(($1 - 1)); }
r 3
v=1; s() { v=2; }; s; echo $v
sub() (v=3; echo $v); sub; echo $v
k() { echo redirected; } > kfile
k; cat kfile
loop() { for i in 1 2 3; do [ $i = 2 ] && return 9; done; }; loop; echo $?
f() { echo redefined; }; f
unset -f f; f 2>/dev/null; echo $?
t() { echo "[$T]"; }; T=tmp t
n() if true; then echo compound; fi
n
