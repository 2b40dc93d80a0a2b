import React from 'react';
import './missing-but-never-loaded';
export interface ServerType { a: 1 }
export const Component = () => <div className="x">{1}</div>;
