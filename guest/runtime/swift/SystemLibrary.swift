// The library functions around SYS_VMCTL, for system processes in Swift. A
// negative result is thrown.

/// The kernel's side of VM.
enum VMControl {
  /// `sys_vmctl`: `parameter` is `VMCTL_…`.
  static func call(
    _ parameter: Int32, _ who: endpoint_t = SELF, _ value: UInt32 = 0
  ) throws(MINIXError) {
    _ = try checked(sys_vmctl(who, parameter, value))
  }

  /// `sys_vmctl_get_cr3_i386`: the physical address of a process's page
  /// directory, 0 for none.
  static func directory(of who: endpoint_t) throws(MINIXError) -> UInt32 {
    var directory: UInt32 = 0
    _ = try checked(sys_vmctl_get_cr3_i386(who, &directory))
    return directory
  }

  /// What the kernel wants VM to do with memory.
  struct MemoryRequest {
    /// `VMPTYPE_…`.
    var type: Int32 = 0
    /// Whose memory, and which.
    var target: endpoint_t = NONE
    var start: UInt32 = 0
    var byteCount: UInt32 = 0
    var isWrite = false
    /// For the map types, what is to be seen there.
    var source: endpoint_t = NONE
    var sourceStart: UInt32 = 0
    /// Whom the reply is for.
    var requestor: endpoint_t = NONE
  }

  /// `sys_vmctl_get_memreq`; throws ESRCH when there is none.
  static func memoryRequest() throws(MINIXError) -> MemoryRequest {
    var request = MemoryRequest()
    var write: Int32 = 0
    request.type = try checked(
      sys_vmctl_get_memreq(
        &request.target, &request.start, &request.byteCount, &write, &request.source,
        &request.sourceStart, &request.requestor))
    request.isWrite = write != 0
    return request
  }

  /// `sys_vmctl_enable_paging`, with a segment map and the kernel's limit.
  static func enablePaging(
    segmentMap: InlineArray<9, UInt32>, kernelLimit: UInt32
  ) throws(MINIXError) {
    var map = segmentMap
    let result = withUnsafePointer(to: &map) { map in
      var argument = paging_argument(
        segment_map: UInt32(UInt(bitPattern: map)), kernel_limit: kernelLimit)
      return sys_vmctl_enable_paging(&argument)
    }
    _ = try checked(result)
  }

  /// Physical memory that the kernel wants mapped.
  struct Mapping {
    var address: UInt32 = 0
    var byteCount: UInt32 = 0
    /// `VMMF_…`.
    var flags: Int32 = 0
  }

  /// `sys_vmctl_get_mapping`; throws EINVAL beyond the last.
  static func mapping(_ index: Int32) throws(MINIXError) -> Mapping {
    var mapping = Mapping()
    _ = try checked(
      sys_vmctl_get_mapping(index, &mapping.address, &mapping.byteCount, &mapping.flags))
    return mapping
  }

  /// `sys_vmctl_reply_mapping`.
  static func replyMapping(_ index: Int32, at address: UInt32) throws(MINIXError) {
    _ = try checked(sys_vmctl_reply_mapping(index, address))
  }

  private static func checked(_ result: Int32) throws(MINIXError) -> Int32 {
    guard result >= 0 else { throw MINIXError(number: -result) }
    return result
  }
}
