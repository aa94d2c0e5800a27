# comment
echo a # trailing
echo a#b '#' "#"
echo one \
  two
echo three;echo four

  echo	tabs	between
true # comment then
if true # here too
then # and here
  echo nested # ok
fi
ech\
o joined
x=a\
b; echo $x
