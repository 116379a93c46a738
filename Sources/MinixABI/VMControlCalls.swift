/// Whoever can make kernel calls: a resident server, or a process in ring 3.
public protocol KernelCaller {
  /// A kernel call: the reply replaces the request.
  ///
  /// - Returns: the reply's `m_type`.
  func kernelCall(_ message: inout Message) -> ResultCode
}

/// The six library functions around SYS_VMCTL.
///
/// Source: minix `lib/syslib/sys_vmctl.c`, `lib/syslib/sys_vmctl_i386.c`; ABI 6.
extension KernelCaller {
  /// `sys_vmctl`: a request with at most one value, and a result.
  @inlinable @discardableResult
  public func vmControl(
    _ parameter: VMControl, _ who: Endpoint, _ value: UInt32 = 0
  ) -> ResultCode {
    var message = Message(parameter, who: who, value: value)
    return kernelCall(&message)
  }

  /// `sys_vmctl_get_cr3_i386`: a process's page directory.
  ///
  /// - Returns: its physical address, 0 for none; or EINVAL.
  @inlinable
  public func vmControlGetCR3(_ who: Endpoint) -> Result<UInt32, ResultCode> {
    var message = Message(.getCR3, who: who)
    let result = kernelCall(&message)
    return result == .ok ? .success(message.vmControlValue) : .failure(result)
  }

  /// `sys_vmctl_get_memreq`: the memory request that the kernel has had for the shortest time.
  ///
  /// - Returns: the request; or ESRCH when there is none.
  @inlinable
  public func vmControlGetMemoryRequest() -> Result<KernelMemoryRequest, ResultCode> {
    var message = Message(.memoryRequestGet, who: .itself)
    let result = kernelCall(&message)
    guard result.rawValue >= 0 else { return .failure(result) }
    return .success(KernelMemoryRequest(type: result.rawValue, reply: message))
  }

  /// `sys_vmctl_enable_paging`: from now on the kernel works with page faults.
  ///
  /// - Parameter argument: where in the caller's memory the two words of `PagingArgument` stand.
  /// - Returns: OK; EINVAL when paging is on, or VM is not ready; a copy error.
  @inlinable @discardableResult
  public func vmControlEnablePaging(_ argument: UInt32) -> ResultCode {
    vmControl(.enablePaging, .itself, argument)
  }

  /// `sys_vmctl_get_mapping`: physical memory that the kernel wants mapped.
  ///
  /// - Parameter index: 0, 1, … until the answer is EINVAL.
  @inlinable
  public func vmControlGetMapping(_ index: UInt32) -> Result<KernelMapping, ResultCode> {
    var message = Message(.kernelPhysicalMap, who: .itself, value: index)
    let result = kernelCall(&message)
    guard result == .ok else { return .failure(result) }
    return .success(
      KernelMapping(
        address: message[word: 20], byteCount: message[word: 24], flags: message[word: 8]))
  }

  /// `sys_vmctl_reply_mapping`: where the kernel will find what it wanted.
  ///
  /// - Parameters:
  ///   - index: the mapping's.
  ///   - address: the kernel's linear address.
  @inlinable @discardableResult
  public func vmControlReplyMapping(_ index: UInt32, _ address: UInt32) -> ResultCode {
    var message = Message(.kernelMapReply, who: .itself, value: index)
    message[word: 20] = address
    return kernelCall(&message)
  }
}

/// What VMCTL_MEMREQ_GET answers: the type, and the seven outputs of `sys_vmctl_get_memreq`.
@frozen
public struct KernelMemoryRequest: Equatable, Sendable, BitwiseCopyable {
  /// `VMPTYPE_CHECK` 1, `VMPTYPE_COWMAP` 2, `VMPTYPE_SMAP` 3, `VMPTYPE_SUNMAP` 4.
  public var type: Int32
  /// Whose memory is to be made accessible.
  public var target: Endpoint
  /// The range there, in linear addresses.
  public var start: UInt32
  public var byteCount: UInt32
  /// Whether it is to be written.
  public var isWrite: Bool
  /// For the map types, whose memory is to be seen there, and from where on.
  public var source: Endpoint
  public var sourceStart: UInt32
  /// Whom the answer is for.
  public var requestor: Endpoint

  @inlinable
  public init(type: Int32, reply message: Message) {
    self.type = type
    target = message[endpoint: 8]
    start = message[word: 12]
    byteCount = message[word: 16]
    isWrite = message[short: 32] != 0
    source = message[endpoint: 20]
    sourceStart = message[word: 24]
    requestor = message[endpoint: 28]
  }
}

/// Physical memory that the kernel wants mapped in every address space (VMCTL_KERN_PHYSMAP).
@frozen
public struct KernelMapping: Equatable, Sendable, BitwiseCopyable {
  /// The physical address, of a page.
  public var address: UInt32
  /// A multiple of 4096.
  public var byteCount: UInt32
  /// `VMMF_UNCACHED` 1: not to be cached.
  public var flags: UInt32

  @inlinable
  public init(address: UInt32, byteCount: UInt32, flags: UInt32) {
    (self.address, self.byteCount, self.flags) = (address, byteCount, flags)
  }

  /// `VMMF_UNCACHED`.
  @inlinable public static var uncached: UInt32 { 1 }
}
