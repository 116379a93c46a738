public import MinixABI

/// CLOSE and FCNTL, and what becomes of descriptors with their process. Source: POSIX sheet 3.3, 3.6.
extension FileServer {
  func close(_ request: Message) {
    guard openFile(of: request) != nil else { return reply(.ebadf, to: request.source) }
    tables.close(request[int: 8], of: request.source)
    reply(.ok, to: request.source)
  }

  func control(_ request: Message) {
    let (number, argument, caller) = (request[int: 8], request[int: 16], request.source)
    guard let (index, file) = openFile(of: request) else { return reply(.ebadf, to: caller) }
    let settable = OpenFlags.append | OpenFlags.nonBlocking
    switch request[int: 12] {
    case 0: duplicate(index, from: argument, caller)
    case 1: reply(tables[number, of: caller]?.closesOnExec == true ? 1 : 0, to: caller)
    case 2:
      tables[number, of: caller]?.closesOnExec = argument & 1 != 0
      reply(.ok, to: caller)
    case 3: reply(file.flags & (settable | OpenFlags.accessMode), to: caller)
    case 4:
      let changed = settable | OpenFlags.reopen
      tables.update(index) { $0.flags = $0.flags & ~changed | argument & changed }
      reply(.ok, to: caller)
    default: reply(.einval, to: caller)
    }
  }

  /// `F_DUPFD`.
  private func duplicate(_ file: Int, from first: Int32, _ caller: Endpoint) {
    guard 0..<Int32(DescriptorTables.descriptorLimit) ~= first else {
      return reply(.einval, to: caller)
    }
    guard let number = tables.freeDescriptor(of: caller, from: first) else {
      return reply(.emfile, to: caller)
    }
    tables.duplicate(file, as: number, of: caller)
    reply(number, to: caller)
  }
}

/// What PM tells VFS of processes. PM and VFS are both the host's: it is a call, not a message.
public protocol DescriptorKeeper: AnyObject {
  /// Before the child runs.
  func fork(_ parent: Endpoint, _ child: Endpoint)
  /// Before the new program runs.
  func exec(_ process: Endpoint)
  /// Before anybody hears of the process's end.
  func exit(_ process: Endpoint)
}

extension FileServer: DescriptorKeeper {
  public func fork(_ parent: Endpoint, _ child: Endpoint) { tables.fork(parent, child) }
  public func exec(_ process: Endpoint) { tables.exec(process) }
  public func exit(_ process: Endpoint) { tables.exit(process) }
}
