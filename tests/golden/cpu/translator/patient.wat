(module
  (type (;0;) (func (param i64 i64 i64 i32) (result i64)))
  (type (;1;) (func (param i64 i64) (result i64)))
  (type (;2;) (func (result i64 i64)))
  (import "machine" "memory" (memory (;0;) 1))
  (import "tier0" "enter" (func (;0;) (type 0)))
  (import "tier0" "load" (func (;1;) (type 0)))
  (import "tier0" "store" (func (;2;) (type 0)))
  (import "tier0" "fetch" (func (;3;) (type 0)))
  (func (;4;) (type 1) (param i64 i64) (result i64)
    (local i64 i64 i64 i64 i64 i64 i64 i32 i32 i64 i64 i64)
    i32.const 0
    i64.load offset=80
    local.set 2
    i32.const 0
    i64.load offset=104
    local.set 3
    i32.const 0
    i64.load offset=112
    local.set 4
    i32.const 0
    i64.load offset=120
    local.set 5
    i32.const 0
    i64.load offset=144
    local.set 6
    i32.const 0
    i64.load offset=152
    local.set 7
    block  ;; label = @1
      block (result i32)  ;; label = @2
        block (result i32)  ;; label = @3
          block (result i64)  ;; label = @4
            block (result i64)  ;; label = @5
              block (result i64)  ;; label = @6
                block (result i64)  ;; label = @7
                  block (result i64 i64)  ;; label = @8
                    loop  ;; label = @9
                      i64.const 0
                      local.get 0
                      i64.const -21474836476
                      i64.add
                      local.tee 8
                      i64.const 0
                      i64.lt_s
                      br_if 2 (;@7;)
                      drop
                      local.get 8
                      local.set 0
                      local.get 6
                      i32.wrap_i64
                      i32.const 8
                      i32.shr_u
                      i32.const 4080
                      i32.and
                      local.tee 9
                      i64.load offset=4260096
                      local.get 6
                      i64.const -4093
                      i64.and
                      i64.eq
                      if (result i32)  ;; label = @10
                        local.get 9
                        i32.load offset=4260104
                        local.get 6
                        i32.wrap_i64
                        i32.add
                      else
                        local.get 6
                        local.get 0
                        i64.const 21474836476
                        i32.const 4
                        call 1
                        local.set 0
                        i64.const 0
                        i32.const 0
                        i32.load offset=4259884
                        local.tee 10
                        i32.eqz
                        br_if 4 (;@6;)
                        drop
                        local.get 10
                      end
                      i64.load32_s align=1
                      local.set 3
                      local.get 2
                      i64.const 8
                      i64.add
                      local.set 11
                      local.get 11
                      i32.wrap_i64
                      i32.const 8
                      i32.shr_u
                      i32.const 4080
                      i32.and
                      local.tee 9
                      i64.load offset=4264192
                      local.get 11
                      i64.const -4089
                      i64.and
                      i64.eq
                      if (result i32)  ;; label = @10
                        local.get 9
                        i32.load offset=4264200
                        local.get 11
                        i32.wrap_i64
                        i32.add
                      else
                        local.get 11
                        local.get 0
                        i64.const 17179869181
                        i32.const 8
                        call 2
                        local.set 0
                        i64.const 4
                        i32.const 0
                        i32.load offset=4259884
                        local.tee 10
                        i32.eqz
                        br_if 4 (;@6;)
                        drop
                        local.get 10
                      end
                      local.get 3
                      i64.store align=1
                      local.get 2
                      i64.const 16
                      i64.add
                      local.set 11
                      local.get 11
                      i32.wrap_i64
                      i32.const 8
                      i32.shr_u
                      i32.const 4080
                      i32.and
                      local.tee 9
                      i64.load offset=4260096
                      local.get 11
                      i64.const -4089
                      i64.and
                      i64.eq
                      if (result i32)  ;; label = @10
                        local.get 9
                        i32.load offset=4260104
                        local.get 11
                        i32.wrap_i64
                        i32.add
                      else
                        local.get 11
                        local.get 0
                        i64.const 12884901886
                        i32.const 8
                        call 1
                        local.set 0
                        i64.const 8
                        i32.const 0
                        i32.load offset=4259884
                        local.tee 10
                        i32.eqz
                        br_if 4 (;@6;)
                        drop
                        local.get 10
                      end
                      i64.load align=1
                      local.set 4
                      i64.const 8589934591
                      i64.const 12
                      local.get 7
                      i32.wrap_i64
                      i32.const 3
                      i32.and
                      br_if 1 (;@8;)
                      drop
                      drop
                      local.get 7
                      i32.wrap_i64
                      i32.const 8
                      i32.shr_u
                      i32.const 4080
                      i32.and
                      local.tee 9
                      i64.load offset=4264192
                      local.get 7
                      i64.const -4093
                      i64.and
                      i64.eq
                      if (result i32)  ;; label = @10
                        local.get 9
                        i32.load offset=4264200
                        local.get 7
                        i32.wrap_i64
                        i32.add
                      else
                        local.get 7
                        local.get 0
                        i64.const 8589934591
                        i32.const 4
                        call 2
                        local.set 0
                        i64.const 12
                        i32.const 0
                        i32.load offset=4259884
                        local.tee 10
                        i32.eqz
                        br_if 4 (;@6;)
                        drop
                        local.get 10
                      end
                      local.set 10
                      local.get 10
                      i64.load32_s
                      local.set 12
                      local.get 10
                      local.get 12
                      local.get 3
                      i64.add
                      i64.store32
                      local.get 12
                      local.set 5
                      local.get 3
                      i64.const 0
                      i64.ne
                      br_if 0 (;@9;)
                      i64.const 20
                      br 2 (;@7;)
                    end
                    unreachable
                  end
                  local.set 13
                  local.get 0
                  i64.add
                  local.set 0
                  local.get 13
                  br 0 (;@7;)
                end
                i32.const 0
                i32.const 2
                i32.store offset=4259868
                br 0 (;@6;)
              end
              local.get 1
              i64.add
              br 1 (;@4;)
            end
            unreachable
          end
          local.set 13
          i32.const 0
          local.get 13
          i64.store offset=4259848
          i32.const 0
          local.get 3
          i64.store offset=104
          i32.const 0
          local.get 4
          i64.store offset=112
          i32.const 0
          local.get 5
          i64.store offset=120
          br 2 (;@1;)
        end
        unreachable
      end
      unreachable
    end
    local.get 0)
  (export "r0" (func 4)))
