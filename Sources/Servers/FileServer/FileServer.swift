import I386
public import Kernel
import MinixABI

/// VFS, as far as the standard descriptors go: READ on 0, WRITE on 1 and 2, and ENOSYS.
///
/// Both copy the caller's bytes piece by piece with SYS_VIRCOPY. Where a piece lies in memory that is
/// not there yet, the kernel suspends VFS until VM has made it so, as it would any process.
///
/// Source: minix `servers/vfs`; POSIX sheet 3.4.
public final class FileServer {
  let kernel: Kernel
  let output: any ProgramOutput
  private let input: (any ProgramInput)?
  let buffer = ResidentMemory(byteCount: Int(FileServer.bufferByteCount))
  /// Input that has come and that nobody has got yet, because its place was not there.
  private var unread: [UInt8] = []
  /// The call that a suspended copy belongs to.
  private var suspended: Transfer?

  static var bufferByteCount: UInt32 { 64 << 10 }

  private enum Transfer {
    case write(Write)
    case read(Read)
  }

  /// - Parameters:
  ///   - kernel: whose VFS it is.
  ///   - output: where descriptors 1 and 2 go.
  ///   - input: where descriptor 0 comes from; nil for nothing.
  public init(kernel: Kernel, output: any ProgramOutput, input: (any ProgramInput)? = nil) {
    self.kernel = kernel
    self.output = output
    self.input = input
    kernel.attach(buffer, to: .vfs)
  }

  /// Handles what VFS's last IPC call has brought, and says what its next one is.
  public func handle(_ delivery: Kernel.Delivery) -> IPCRequest {
    if let transfer = suspended {
      suspended = nil
      let copied = ResultCode(rawValue: delivery.message.type)
      switch transfer {
      case .write(var write):
        if let answer = take(copied, &write) ?? proceed(&write) { reply(answer, to: write.caller) }
      case .read(let read): finish(read, copied)
      }
    } else if delivery.result == .ok, !delivery.status.isNotification {
      serve(delivery.message)
    }
    return suspended == nil ? .receive(from: .any) : .kernelCall
  }

  private func serve(_ request: Message) {
    switch PosixCall(rawValue: request.type) {
    case .read: read(request)
    case .write: write(request)
    default: reply(ResultCode.enosys.rawValue, to: request.source)
    }
  }

  private func reply(_ result: Int32, to endpoint: Endpoint) {
    kernel.sendWithoutBlocking(Message(type: result), from: .vfs, to: endpoint)
  }

  private func reply(_ result: ResultCode, to endpoint: Endpoint) {
    reply(result.rawValue, to: endpoint)
  }
}

// MARK: - WRITE

extension FileServer {
  struct Write {
    var caller: Endpoint
    var stream: ProgramStream
    var address: UInt32
    var byteCount: UInt32
    var done: UInt32 = 0

    var part: UInt32 { min(byteCount - done, FileServer.bufferByteCount) }
  }

  private func write(_ request: Message) {
    let (descriptor, count) = (request[int: 8], request[int: 12])
    guard count >= 0 else { return reply(.einval, to: request.source) }
    guard descriptor == 1 || descriptor == 2 else { return reply(.ebadf, to: request.source) }
    var write = Write(
      caller: request.source, stream: descriptor == 1 ? .output : .error,
      address: request[word: 20], byteCount: UInt32(count))
    if let answer = proceed(&write) { reply(answer, to: write.caller) }
  }

  /// Copies and writes out what remains.
  ///
  /// - Returns: the call's answer, or nil while the copy is suspended.
  private func proceed(_ write: inout Write) -> Int32? {
    while write.done < write.byteCount {
      var copy = Message(type: KernelCallNumber.virtualCopy.messageType)
      copy[endpoint: 12] = write.caller
      copy[endpoint: 16] = .vfs
      copy[word: 20] = write.address &+ write.done
      copy[word: 24] = ResidentMemory.start.rawValue
      copy[word: 28] = write.part
      let result = kernel.kernelCall(&copy, from: .vfs)
      if result == .vmSuspend {
        suspended = .write(write)
        return nil
      }
      if let answer = take(result, &write) { return answer }
    }
    return Int32(write.byteCount)
  }

  /// Writes out a piece that has been copied.
  ///
  /// - Returns: an error to answer with, if there is one.
  private func take(_ copied: ResultCode, _ write: inout Write) -> Int32? {
    guard copied == .ok else { return copied.rawValue }
    guard output.write(buffer.prefix(Int(write.part)), to: write.stream) else {
      return ResultCode.eio.rawValue
    }
    write.done += write.part
    return nil
  }
}

// MARK: - READ

extension FileServer {
  struct Read {
    var caller: Endpoint
    var byteCount: Int
  }

  /// A read gets what there is, as from a terminal or a pipe, and at most a buffer full.
  private func read(_ request: Message) {
    let count = request[int: 12]
    guard count >= 0 else { return reply(.einval, to: request.source) }
    guard request[int: 8] == 0 else { return reply(.ebadf, to: request.source) }
    let wanted = min(Int(count), Int(Self.bufferByteCount))
    guard fill(upTo: wanted) else { return reply(.eio, to: request.source) }
    let part = unread.prefix(wanted)
    guard !part.isEmpty else { return reply(0, to: request.source) }
    let read = Read(caller: request.source, byteCount: part.count)
    var copy = Message(type: KernelCallNumber.virtualCopy.messageType)
    copy[endpoint: 12] = .vfs
    copy[endpoint: 16] = request.source
    copy[word: 20] = buffer.store(part)
    copy[word: 24] = request[word: 20]
    copy[word: 28] = UInt32(part.count)
    let result = kernel.kernelCall(&copy, from: .vfs)
    guard result != .vmSuspend else {
      suspended = .read(read)
      return
    }
    finish(read, result)
  }

  /// Gets input where none is left.
  ///
  /// - Returns: whether that was possible.
  private func fill(upTo count: Int) -> Bool {
    guard unread.isEmpty, count > 0, let input else { return true }
    guard let bytes = input.read(upTo: count) else { return false }
    unread = bytes
    return true
  }

  private func finish(_ read: Read, _ copied: ResultCode) {
    guard copied == .ok else { return reply(copied, to: read.caller) }
    unread.removeFirst(read.byteCount)
    reply(Int32(read.byteCount), to: read.caller)
  }
}
