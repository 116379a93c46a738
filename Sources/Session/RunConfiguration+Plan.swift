public import MinixABI

/// What is certain of a run before it begins.
extension RunConfiguration {
  /// The programs' endpoints, in their order: a server's, or the next slot's first tenant.
  public var plannedEndpoints: [Endpoint] {
    var slot = Endpoint.initProcess.slot.rawValue
    return programs.map { program in
      if let server = program.server { return server }
      slot += 1
      return Endpoint(generation: 1, slot: ProcessSlot(rawValue: slot))
    }
  }
}

extension RunConfiguration.Program {
  /// How many pages its arguments and its environment fill; nil if they are too long.
  public var startStackPageCount: Int? {
    StartStack(arguments: arguments, environment: environment).map {
      ($0.bytes.count + 4095) / 4096
    }
  }
}
