-- Settings with which a service refused to start, as `netra config check` words them: names and advice, never values.
-- A service that does not run cannot be asked; what kept it from starting is here. A good start removes its rows.
CREATE TABLE start_problems (
  service  text NOT NULL,
  setting  text NOT NULL,
  code     text NOT NULL,
  message  text NOT NULL,
  fix      text,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (service, setting, code)
);
