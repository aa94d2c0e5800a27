cat > lib <<'END'
libvar=set
libf() { echo "libf $1"; }
return 5
echo not reached
END
. ./lib; echo $?
echo $libvar; libf x
. ./nosuch 2>/dev/null
echo not reached
