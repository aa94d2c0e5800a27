command echo x
echo() { printf 'function\n'; }; echo; command echo real; unset -f echo
command -v cd; command -v nosuchcommand; echo $?
command -v if
f() { :; }; command -v f
type nosuchcommand >/dev/null 2>&1; echo $?
X=1 command true; echo "[$X]"
X=1 :; echo "[$X]"
