/** Sums that hot paths add to and that are read when somebody asks: a counter object for each frame would cost more. */
export interface Traffic {
  framesSent: number;
  bytesSent: number;
  framesReceived: number;
  bytesReceived: number;
  eventsStored: number;
}

export function createTraffic(): Traffic {
  return { framesSent: 0, bytesSent: 0, framesReceived: 0, bytesReceived: 0, eventsStored: 0 };
}
