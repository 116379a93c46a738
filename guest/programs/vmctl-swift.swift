// The six library functions around SYS_VMCTL in Embedded Swift, by a system
// process that is not VM (`vmctl` has more cases, in C).

/// The program: `vmctl-swift`.
@main
struct Control {
  static func main() {
    if Program.arguments.count != 1 { Program.usage("vmctl-swift") }
    Program.beginChecks("vmctl-swift")
    checkControl()
    checkDirectories()
    checkMapping()
    expect("get_memreq", ESRCH) { () throws(MINIXError) in
      _ = try VMControl.memoryRequest()
    }
    let flat: InlineArray<9, UInt32> = [
      0, 0, 0xF0000, 0, 0, 0xF0000, 0x7C000, 0x7C000, 0x4000,
    ]
    expect("enable_paging again", EINVAL) { () throws(MINIXError) in
      try VMControl.enablePaging(segmentMap: flat, kernelLimit: .max)
    }
    check_summary()
    exit(check_failed())
  }

  private static func checkControl() {
    expect("flush", OK) { () throws(MINIXError) in try VMControl.call(VMCTL_FLUSHTLB) }
    expect("clear", EINVAL) { () throws(MINIXError) in try VMControl.call(VMCTL_CLEAR_PAGEFAULT) }
    expect("NONE", EINVAL) { () throws(MINIXError) in
      try VMControl.call(VMCTL_FLUSHTLB, NONE)
    }
  }

  private static func checkDirectories() {
    var own: UInt32 = 0
    var vms: UInt32 = 0
    expect("own directory", OK) { () throws(MINIXError) in
      own = try VMControl.directory(of: SELF)
      vms = try VMControl.directory(of: endpoint_t(VM_PROC_NR))
    }
    // A slot's directory is always the same page.
    check_equal("VM's directory", 0xF040_0000 + 8 * 4096, vms)
    check(own > vms && own % 4096 == 0, "own directory", vms, own)
    expect("nobody's directory", EINVAL) { () throws(MINIXError) in
      _ = try VMControl.directory(of: NONE)
    }
  }

  private static func checkMapping() {
    expect("mapping 0", OK) { () throws(MINIXError) in
      let mapping = try VMControl.mapping(0)
      check_equal("address", 0xF000_7000, mapping.address)
      check_equal("length", 4096, mapping.byteCount)
      check_equal("flags", 0, UInt32(bitPattern: mapping.flags))
    }
    expect("mapping 1", EINVAL) { () throws(MINIXError) in _ = try VMControl.mapping(1) }
    expect("reply 0", OK) { () throws(MINIXError) in
      try VMControl.replyMapping(0, at: 0xF840_0000)
    }
    expect("reply 1", EINVAL) { () throws(MINIXError) in
      try VMControl.replyMapping(1, at: 0xF840_0000)
    }
  }

  /// A call that must end so: OK, or the error's number.
  private static func expect(
    _ what: String, _ number: Int32, _ body: () throws(MINIXError) -> Void
  ) {
    var seen = OK
    do throws(MINIXError) { try body() } catch { seen = error.number }
    check_equal(what, UInt32(bitPattern: number), UInt32(bitPattern: seen))
  }
}
