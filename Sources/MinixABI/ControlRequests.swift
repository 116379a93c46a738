/// `CTL_REQUEST`@12 of SYS_STATECTL. Source: minix `include/minix/com.h`.
@frozen
public enum StateControlRequest {
  /// `SYS_STATE_CLEAR_IPC_REFS`.
  @inlinable public static var clearIPCReferences: Int32 { 1 }
}
