top=$(pwd)
mkdir -p a/b; cd a/b; [ "$PWD" = "$top/a/b" ] && echo there
cd ..; [ "$(pwd)" = "$top/a" ] && echo up
cd - >/dev/null; [ "$PWD" = "$top/a/b" ] && echo back; [ "$OLDPWD" = "$top/a" ] && echo old
cd ../../a/./b/..; [ "$PWD" = "$top/a" ] && echo normalized
cd "$top"; ln -s a/b link; cd link; [ "$PWD" = "$top/link" ] && echo logical
cd -P .; [ "$PWD" = "$(pwd -P)" ] && echo physical
cd "$top"; cd nosuch 2>/dev/null; echo $?
HOME=$top/a; cd; [ "$PWD" = "$top/a" ] && echo home
cd /; pwd; cd ..; pwd
