# From expansion's units to what a command gets: arguments (split at IFS, patterns matched with files), one string, or a
# pattern for `case`.

.include "shell.s"

.text

# expand_words(list): the argument vector of a list of words, NULL-terminated, in the arena; in a1 how many.
.globl expand_words
expand_words:
    enter 1, SIZEOF_builder
    mv    s0, a0
    mv    a0, sp
    call  builder_clear
1:  beqz  s0, 2f
    ld    a0, cell_item(s0)
    mv    a1, sp
    call  expand_word
    ld    s0, cell_next(s0)
    j     1b
2:  ld    s0, builder_length(sp)
    mv    a0, sp
    li    a1, 0
    call  builder_put_pointer
    ld    a0, builder_data(sp)
    srli  a1, s0, 3
    leave 1, SIZEOF_builder

# expand_word(word, vector): appends the arguments that one word makes: none, one or several.
.globl expand_word
expand_word:
    enter 2, SIZEOF_builder
    mv    s0, a1
    mv    a1, sp
    li    a2, 0
    call  expand_to_units
    mv    a0, sp
    mv    a1, s0
    call  split_fields
    leave 2, SIZEOF_builder

# expand_to_units(word, builder, flags): the units of a whole word. A quoted text (flags) has no leading ~.
expand_to_units:
    enter 4
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    ld    s3, expansion
    mv    a0, s1
    call  builder_clear
    sd    s1, expansion, t0
    mv    a0, s0
    call  strlen
    add   s1, s0, a0
    andi  t0, s2, EXPAND_QUOTED
    bnez  t0, 1f
    mv    a0, s0
    mv    a1, s1
    call  expand_tilde
    mv    s0, a0
1:  mv    a0, s0
    mv    a1, s1
    mv    a2, s2
    call  expand_text
    sd    s3, expansion, t0
    leave 4

# expand_string(word), expand_assignment(text), expand_quoted(text), expand_heredoc(text): to one string, not split and
# not matched with files; read as a plain word, as the value of a variable, as in double quotes, as a here-document.
.globl expand_string, expand_assignment, expand_quoted, expand_heredoc
expand_string:
    li    a1, 0
    j     expand_to_string
expand_assignment:
    li    a1, EXPAND_COLON_TILDE
    j     expand_to_string
expand_heredoc:
expand_quoted:
    li    a1, EXPAND_QUOTED | EXPAND_HEREDOC
expand_to_string:
    enter 0, SIZEOF_builder
    mv    a2, a1
    mv    a1, sp
    call  expand_to_units
    mv    a0, sp
    call  plain_text
    leave 0, SIZEOF_builder

# expand_pattern(word): to a pattern for fnmatch: what was quoted is hidden behind backslashes.
.globl expand_pattern
expand_pattern:
    enter 0, SIZEOF_builder
    mv    a1, sp
    li    a2, 0
    call  expand_to_units
    ld    a0, builder_data(sp)
    ld    a1, builder_length(sp)
    add   a1, a1, a0
    call  pattern_text
    leave 0, SIZEOF_builder

# expand_part(start, end), expand_part_pattern(start, end): the same for a part of a word: an arithmetic expression; a
# pattern within ${ }.
.globl expand_part, expand_part_pattern
expand_part:
    enter
    sub   a1, a1, a0
    call  copy_text
    call  expand_quoted
    leave
expand_part_pattern:
    enter
    sub   a1, a1, a0
    call  copy_text
    call  expand_pattern
    leave

# plain_text(builder of units): their characters; where "$@" would end a field stands a blank.
.globl plain_text
plain_text:
    ld    t0, builder_data(a0)
    ld    a1, builder_length(a0)
    add   a1, a1, t0
    mv    a0, t0
    # continues
# units_text(start, end): the characters of these units, in the arena.
.globl units_text
units_text:
    enter 3, SIZEOF_builder
    mv    s0, a0
    mv    s1, a1
    mv    a0, sp
    call  builder_clear
1:  beq   s0, s1, 4f
    lhu   t0, (s0)
    addi  s0, s0, 2
    andi  a1, t0, 0xff
    srli  t0, t0, 8
    li    t1, MARK_EMPTY >> 8
    beq   t0, t1, 1b
    li    t1, MARK_BREAK >> 8
    bne   t0, t1, 3f
    li    a1, ' '
3:  mv    a0, sp
    call  builder_put
    j     1b
4:  mv    a0, sp
    call  builder_string
    leave 3, SIZEOF_builder

# pattern_text(start, end): the same as a pattern: a backslash before each special character that was quoted, and before
# every backslash.
pattern_text:
    enter 4, SIZEOF_builder
    mv    s0, a0
    mv    s1, a1
    mv    a0, sp
    call  builder_clear
1:  beq   s0, s1, 4f
    lhu   t0, (s0)
    addi  s0, s0, 2
    andi  s2, t0, 0xff
    srli  t0, t0, 8
    li    t1, MARK_EMPTY >> 8
    beq   t0, t1, 1b
    li    t1, '\\'
    beq   s2, t1, 2f
    li    t1, MARK_QUOTED >> 8
    bne   t0, t1, 3f
    la    a0, special_in_patterns
    mv    a1, s2
    call  strchr
    beqz  a0, 3f
2:  mv    a0, sp
    li    a1, '\\'
    call  builder_put
3:  mv    a0, sp
    mv    a1, s2
    call  builder_put
    j     1b
4:  mv    a0, sp
    call  builder_string
    leave 4, SIZEOF_builder

# split_fields(builder of units, vector): appends a field for each run of units between separators.
#   s0 unit, s1 end, s2 vector, s3 where the field began, s4 1 when there is a field, s5 1 after IFS blanks, s6 IFS
split_fields:
    enter 8
    mv    s2, a1
    ld    s0, builder_data(a0)
    ld    s1, builder_length(a0)
    add   s1, s1, s0
    mv    s3, s0
    li    s4, 0
    li    s5, 0
    call  field_separators
    mv    s6, a0
1:  beq   s0, s1, 9f
    lhu   t0, (s0)
    srli  t1, t0, 8
    andi  s7, t0, 0xff
    li    t2, MARK_BREAK >> 8
    beq   t1, t2, 5f
    li    t2, MARK_SPLIT >> 8
    bne   t1, t2, 2f
    mv    a0, s6
    mv    a1, s7
    call  strchr
    bnez  a0, 3f
2:  addi  s0, s0, 2                     # belongs to the field
    li    s4, 1
    li    s5, 0
    j     1b
3:  mv    a0, s7
    call  isspace
    beqz  a0, 4f
    beqz  s4, 6f                        # blanks: end a field, and any number of them count as one
    li    s5, 1
    j     7f
4:  bnez  s4, 7f                        # another separator: ends a field, even an empty one ...
    bnez  s5, 8f                        # ... but blanks before it belong to it
    j     7f
5:  li    s5, 0
    beqz  s4, 6f
7:  mv    a0, s3
    mv    a1, s0
    mv    a2, s2
    call  add_field
    li    s4, 0
    addi  s0, s0, 2
    mv    s3, s0
    j     1b
8:  li    s5, 0
6:  addi  s0, s0, 2
    mv    s3, s0
    j     1b
9:  beqz  s4, 1f
    mv    a0, s3
    mv    a1, s0
    mv    a2, s2
    call  add_field
1:  leave 8

# field_separators(): $IFS; blank, tab and newline when it is not set.
.globl field_separators
field_separators:
    enter
    la    a0, name_ifs
    call  get_variable
    bnez  a0, 1f
    la    a0, default_ifs
1:  leave

# add_field(start, end, vector): the units as one argument, or as the files that match it.
add_field:
    enter 3
    mv    s0, a0
    mv    s1, a1
    mv    s2, a2
    call  has_pattern
    beqz  a0, 1f
    mv    a0, s0
    mv    a1, s1
    call  pattern_text
    mv    a1, s2
    call  add_matches
    bnez  a0, 2f                        # no file matches: the word stays as it is
1:  mv    a0, s0
    mv    a1, s1
    call  units_text
    mv    a1, a0
    mv    a0, s2
    call  builder_put_pointer
2:  leave 3

# has_pattern(start, end): 1 when an unquoted * ? [ is among the units and files are to be matched.
has_pattern:
    lb    t0, option_noglob
    bnez  t0, 2f
1:  beq   a0, a1, 2f
    lhu   t0, (a0)
    addi  a0, a0, 2
    srli  t1, t0, 8
    li    t2, MARK_QUOTED >> 8
    beq   t1, t2, 1b
    andi  t0, t0, 0xff
    li    t1, '*'
    beq   t0, t1, 3f
    li    t1, '?'
    beq   t0, t1, 3f
    li    t1, '['
    bne   t0, t1, 1b
3:  li    a0, 1
    ret
2:  li    a0, 0
    ret

# add_matches(pattern, vector): appends the paths that match, sorted; returns how many.
add_matches:
    enter 4, SIZEOF_vector
    mv    s0, a1
    sd    zero, 0(sp)
    sd    zero, 8(sp)
    sd    zero, 16(sp)
    mv    a1, sp
    call  glob
    mv    s1, a0
    li    s2, 0
1:  bgeu  s2, s1, 2f
    ld    t0, vector_data(sp)
    slli  t1, s2, 3
    add   t0, t0, t1
    ld    s3, (t0)
    mv    a0, s3
    call  strlen
    mv    a1, a0
    mv    a0, s3
    call  copy_text
    mv    a1, a0
    mv    a0, s0
    call  builder_put_pointer
    addi  s2, s2, 1
    j     1b
2:  mv    a0, sp
    call  vector_free_all
    mv    a0, s1
    leave 4, SIZEOF_vector

# remove_quotes(word): the word with its quotes taken away and nothing expanded; in a1: 1 when there were any.
.globl remove_quotes
remove_quotes:
    enter 5, SIZEOF_builder
    mv    s0, a0
    li    s1, 0                         # the open quote
    li    s2, 0                         # any so far
    mv    a0, sp
    call  builder_clear
1:  lbu   s3, (s0)
    beqz  s3, 6f
    addi  s0, s0, 1
    li    t0, '\''
    beq   s3, t0, 3f
    li    t0, '"'
    beq   s3, t0, 3f
    li    t0, '\\'
    bne   s3, t0, 2f
    li    t0, '\''
    beq   s1, t0, 2f
    li    s2, 1
    lbu   s3, (s0)
    beqz  s3, 6f
    addi  s0, s0, 1
2:  mv    a0, sp
    mv    a1, s3
    call  builder_put
    j     1b
3:  beqz  s1, 4f
    bne   s1, s3, 2b                    # the other kind of quote: ordinary here
    li    s1, 0
    j     1b
4:  mv    s1, s3
    li    s2, 1
    j     1b
6:  mv    a0, sp
    call  builder_string
    mv    a1, s2
    leave 5, SIZEOF_builder

.section .rodata
name_ifs:            .asciz "IFS"
default_ifs:         .asciz " \t\n"
special_in_patterns: .asciz "*?[]!-^\\"
