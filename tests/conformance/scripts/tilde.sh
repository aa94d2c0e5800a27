HOME=/home/user
echo ~ ~/x a~ "~" '~' \~ x=~
v=~/bin:~/lib; echo $v
echo ${u-~}
case /home/user in ~) echo matched;; esac
