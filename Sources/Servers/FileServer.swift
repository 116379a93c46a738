import I386
public import Kernel
import MinixABI

/// VFS, as far as the standard descriptors go: WRITE on 1 and 2, and ENOSYS.
///
/// A write copies the caller's bytes piece by piece with SYS_VIRCOPY. Where a piece lies in memory
/// that is not there yet, the kernel suspends VFS until VM has made it so, as it would any process.
///
/// Source: minix `servers/vfs`; POSIX sheet 3.4.
public final class FileServer {
  private let kernel: Kernel
  private let output: any ProgramOutput
  private let buffer = ResidentMemory(byteCount: Int(FileServer.bufferByteCount))
  /// The write that a suspended copy belongs to.
  private var suspendedWrite: Write?

  private static var bufferByteCount: UInt32 { 64 << 10 }

  private struct Write {
    var caller: Endpoint
    var stream: ProgramStream
    var address: UInt32
    var byteCount: UInt32
    var done: UInt32 = 0

    var part: UInt32 { min(byteCount - done, FileServer.bufferByteCount) }
  }

  public init(kernel: Kernel, output: any ProgramOutput) {
    self.kernel = kernel
    self.output = output
    kernel.attach(buffer, to: .vfs)
  }

  /// Handles what VFS's last IPC call has brought, and says what its next one is.
  public func handle(_ delivery: Kernel.Delivery) -> IPCRequest {
    if var write = suspendedWrite {
      suspendedWrite = nil
      let copied = ResultCode(rawValue: delivery.message.type)
      if let answer = take(copied, &write) ?? proceed(&write) { reply(answer, to: write.caller) }
    } else if delivery.result == .ok, !delivery.status.isNotification {
      serve(delivery.message)
    }
    return suspendedWrite == nil ? .receive(from: .any) : .kernelCall
  }

  private func serve(_ request: Message) {
    guard PosixCall(rawValue: request.type) == .write else {
      return reply(ResultCode.enosys.rawValue, to: request.source)
    }
    let count = request[int: 12]
    guard count >= 0 else { return reply(ResultCode.einval.rawValue, to: request.source) }
    let descriptor = request[int: 8]
    guard descriptor == 1 || descriptor == 2 else {
      return reply(ResultCode.ebadf.rawValue, to: request.source)
    }
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
        suspendedWrite = write
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

  private func reply(_ result: Int32, to endpoint: Endpoint) {
    kernel.sendWithoutBlocking(Message(type: result), from: .vfs, to: endpoint)
  }
}

/// Which of a program's two outputs.
public enum ProgramStream: Sendable {
  /// Descriptor 1.
  case output
  /// Descriptor 2.
  case error
}

/// Where programs' output goes.
public protocol ProgramOutput {
  /// Writes bytes, all of them.
  ///
  /// - Returns: false if they could not be written: the program gets EIO.
  func write(_ bytes: ArraySlice<UInt8>, to stream: ProgramStream) -> Bool
}
