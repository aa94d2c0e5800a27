t=0123456789abcdef
t=$t$t$t$t; t=$t$t$t$t; t=$t$t$t$t; t=$t$t
cat <<END | wc -c
$t
$t
$t
END
f() { cat <<END
in a function: $1
END
}
f a; f b
